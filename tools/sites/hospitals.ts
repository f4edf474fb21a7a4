import { type Stack, startStack } from '../../cdk/local/index.ts';
import { addSite, offeredCard, operatorOn } from '../local/sites.ts';
import { Visitor } from '../local/visitor.ts';

/** A hospital to start. */
export interface NewHospital {
  readonly site: string;
  readonly name: string;
}

/** How hospitals are started. */
export interface HospitalOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** A deployment each, which exchange nothing but documents; else all are tenants of one. */
  readonly apart: boolean;
  readonly onLog: (line: string) => void;
  readonly told: (says: string) => void;
  /** Parameters of the template. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** Where the one deployment of tenants keeps its data; else it is gone with it. */
  readonly data?: string;
}

/** A hospital with keys and a card, and somebody there who is steward, analyst and viewer. */
export interface Hospital extends NewHospital {
  readonly stack: Stack;
  readonly visitor: Visitor;
  readonly fingerprint: string;
}

/** Hospitals of which each has confirmed the cards of the others. */
export interface Hospitals {
  readonly all: readonly Hospital[];
  stop(): Promise<void>;
}

/** Starts one deployment or one a hospital, makes keys and cards, and has every steward confirm the other cards by their fingerprints. */
export async function startHospitals(sites: readonly NewHospital[], options: HospitalOptions): Promise<Hospitals> {
  const { assembly, apart, onLog, told, parameters = {}, data } = options;
  const stacks: Stack[] = [];
  const all: Hospital[] = [];
  const stop = async (): Promise<void> => {
    for (const { visitor } of all) visitor.leave();
    await Promise.all(stacks.map((stack) => stack.stop()));
  };
  try {
    const deployments = apart ? sites.map((site) => [site]) : [sites];
    for (const tenants of deployments) {
      told(`starting ${apart ? `the deployment of ${tenants[0]!.site}` : 'one deployment'}`);
      const ids = tenants.map(({ site }) => site);
      const stack = await startStack({
        assembly,
        sites: ids,
        onLog,
        parameters,
        ...(data !== undefined && !apart && { data }),
      });
      stacks.push(stack);
      for (const tenant of tenants) all.push(await opened(tenant, stack, apart));
    }
    told('comparing fingerprints');
    for (const hospital of all) for (const other of all) if (other !== hospital) await confirm(hospital, other, apart);
    return { all, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function opened({ site, name }: NewHospital, stack: Stack, apart: boolean): Promise<Hospital> {
  const address = apart ? stack.api : null;
  const fingerprint = await addSite({ id: site, name, claim: site, address }, operatorOn(stack));
  return { site, name, stack, fingerprint, visitor: await Visitor.at(stack, site) };
}

/** Apart, the card comes by mail; a tenant's is offered by the deployment. The fingerprint is told by telephone. */
async function confirm({ visitor }: Hospital, other: Hospital, apart: boolean): Promise<void> {
  const card = apart ? await offeredCard(other.site, operatorOn(other.stack)) : undefined;
  await visitor.confirmPeer(other.site, { fingerprint: other.fingerprint, ...(card !== undefined && { card }) });
}
