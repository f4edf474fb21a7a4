import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { signet } from './signet.ts';

/**
 * What `cdk synth` and `cdk deploy` run; `node cdk/app.ts` writes the same templates without the command line tool.
 *
 * Context: `region` (where it is deployed), `userPool=true` (a user pool of the deployment's own), `hipaa=true` (says what the
 * HIPAA rules find, which docs/hipaa-findings.md answers, and fails).
 */
const app = new App({ outdir: process.env['CDK_OUTDIR'] ?? 'cdk.out' });
signet(app);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
if (String(app.node.tryGetContext('hipaa')) === 'true') Validations.of(app).addPlugins(new HIPAASecurityChecks(app));
app.synth();
