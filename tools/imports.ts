/**
 * `npm run imports`: who may import whom (ARCHITECTURE.md), checked with type imports included and without cycles; the folders of `lib/stats`, `lib/analyses` and `lib/cohort` have none either.
 * Fails also when nothing was read: a checker that sees no module passes everything.
 */
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** A room and the rooms it may import; a room may always import itself and packages. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'lib/base': [],
  'lib/stats': [],
  'lib/result': ['lib/base'],
  'lib/audit': ['lib/base'],
  'lib/cohort': ['lib/base'],
  'lib/formats': ['lib/base', 'lib/cohort'],
  'lib/ingest': ['lib/base', 'lib/cohort', 'lib/formats'],
  'lib/erasure': ['lib/base', 'lib/cohort', 'lib/formats', 'lib/ingest'],
  'lib/analyses': ['lib/base', 'lib/stats', 'lib/cohort', 'lib/result'],
  'lib/answer': ['lib/base', 'lib/cohort', 'lib/formats', 'lib/analyses', 'lib/result'],
  'lib/sharing': ['lib/base', 'lib/audit', 'lib/stats', 'lib/cohort', 'lib/result', 'lib/analyses', 'lib/answer'],
  'lib/render': ['lib/base', 'lib/result'],
  'lib/store': [
    'lib/base',
    'lib/cohort',
    'lib/result',
    'lib/ingest/ports\\.ts',
    'lib/answer/ports\\.ts',
    'lib/sharing/ports\\.ts',
    'lib/audit/ports\\.ts',
    'lib/erasure/ports\\.ts',
  ],
  'lib/http': ['lib/base', 'lib/result'],
  functions: ['lib'],
  demo: ['lib'],
  'cdk/local': ['lib/base'],
  cdk: ['lib/http/routes\\.ts'],
  tools: ['lib', 'demo', 'cdk/local'],
};

const ROOMS = Object.keys(MAY_IMPORT);

/** A module of `cdk/local` is no module of `cdk`. */
function inside(room: string): string {
  return room === 'cdk' ? '^cdk/(?!local/)' : `^${room}/`;
}

const configuration: IConfiguration = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-cycle-of-folders',
      severity: 'error',
      scope: 'folder',
      from: { path: '^lib/(stats|analyses|cohort)/' },
      to: { circular: true },
    },
    { name: 'tests-are-not-imported', severity: 'error', from: { pathNot: '^tests/' }, to: { path: '^tests/' } },
    ...ROOMS.map((room) => {
      const allowed = MAY_IMPORT[room] ?? [];
      const within = [inside(room), ...allowed.map((other) => (other.endsWith('.ts') ? `^${other}$` : `^${other}/`))];
      return {
        name: `${room}-imports-only-what-it-may`,
        severity: 'error' as const,
        from: { path: inside(room) },
        to: { path: '^(lib|functions|demo|cdk|tools|tests)/', pathNot: within.join('|') },
      };
    }),
    ...ROOMS.filter((room) => room.startsWith('lib/')).map((room) => ({
      name: `${room}-is-entered-by-its-index`,
      severity: 'error' as const,
      from: { path: '^(lib|functions|demo|cdk|tools)/', pathNot: inside(room) },
      to: { path: inside(room), pathNot: `^${room}/(index|ports|routes)\\.ts$` },
    })),
  ],
};

const { output } = await cruise(
  ['lib', 'functions', 'demo', 'cdk', 'tools'],
  {
    ruleSet: configuration,
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'cdk.out' },
  },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
);
const { modules, summary } = output as ICruiseResult;
const own = modules.filter(({ source }) => source.endsWith('.ts')).length;
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} imports ${to}`);
const unlisted = modules.filter(
  ({ source }) => source.startsWith('lib/') && !ROOMS.some((room) => source.startsWith(`${room}/`)),
);
for (const { source } of unlisted)
  console.error(`no rule says who may import ${source}: add its room to tools/imports.ts`);
console.log(`${own} modules, ${summary.violations.length + unlisted.length} forbidden imports`);
process.exitCode = own < 50 || summary.violations.length + unlisted.length > 0 ? 1 : 0;
