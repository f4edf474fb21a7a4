import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SignetError } from '../../lib/base/index.ts';

/** A value of a template: text, number, list, map, or an intrinsic function. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

/** A resource as the template states it. */
export interface ResourceStatement {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: TemplateValue };
  /** The condition under which it exists. */
  readonly Condition?: string;
}

/** What of a CloudFormation template is read. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string | number }>>;
  readonly Conditions?: Readonly<Record<string, TemplateValue>>;
  readonly Resources: Readonly<Record<string, ResourceStatement>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: TemplateValue }>>;
}

/** A cloud assembly: its templates by stack, and the folders of the bundles by the object key that a template names them by. */
export interface Assembly {
  readonly stacks: ReadonlyMap<string, Template>;
  readonly bundles: ReadonlyMap<string, string>;
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<string, { readonly type: string; readonly properties?: Readonly<Record<string, string>> }>
  >;
}

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string; readonly packaging: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/** Reads what `cdk synth` wrote into a folder. Throws SignetError `no-assembly`. */
export function readAssembly(folder: string): Assembly {
  const read = <T>(file: string): T => {
    try {
      return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as T;
    } catch (cause) {
      throw new SignetError('no-assembly', `${file} of the synthesised assembly can't be read`, { cause });
    }
  };
  const stacks = new Map<string, Template>();
  const bundles = new Map<string, string>();
  for (const [name, { type, properties = {} }] of Object.entries(read<Manifest>('manifest.json').artifacts)) {
    if (type === 'aws:cloudformation:stack') stacks.set(name, read<Template>(properties['templateFile'] ?? ''));
    if (type !== 'cdk:asset-manifest') continue;
    for (const { source, destinations } of Object.values(read<AssetManifest>(properties['file'] ?? '').files)) {
      if (source.packaging !== 'zip') continue;
      for (const { objectKey } of Object.values(destinations))
        bundles.set(objectKey, path.resolve(folder, source.path));
    }
  }
  return { stacks, bundles };
}
