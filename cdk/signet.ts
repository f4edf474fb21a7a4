import type { App } from 'aws-cdk-lib';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { DataStack } from './data-stack.ts';
import { FunctionsStack } from './functions-stack.ts';
import { PeopleStack } from './people-stack.ts';

/** The deployment's stacks. Data and functions live apart, so that taking the functions away leaves every byte where it is. */
export function signet(app: App): { readonly data: DataStack; readonly functions: FunctionsStack } {
  // The command line tool would read these from cdk.json and hand them to the app; in code they hold however the app is started.
  for (const [flag, value] of Object.entries(flags)) app.node.setContext(flag, value);

  // The table's key makes the template need a region; the account stays open.
  const region: string = app.node.tryGetContext('region') ?? process.env['CDK_DEFAULT_REGION'] ?? 'eu-central-1';
  const env = { region };
  const data = new DataStack(app, 'SignetData', { env });
  const functions = new FunctionsStack(app, 'SignetFunctions', { env, data });
  functions.addStackDependency(data);
  if (String(app.node.tryGetContext('userPool')) === 'true') new PeopleStack(app, 'SignetPeople', { env });
  return { data, functions };
}
