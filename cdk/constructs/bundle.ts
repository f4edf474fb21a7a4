import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Some packages are CommonJS and call `require` for what is built in. The name is one that no package declares. */
const REQUIRE =
  "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);";

/**
 * A function's folder as one ES module, and chunks for what it imports only when needed.
 * The construct library's own bundling makes a single file; where a stack isn't to be bundled, it leaves this one out too.
 */
export function bundle(name: string): Code {
  return Code.fromAsset(`${ROOT}functions`, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'), // demanded by the type; the bundle is made here, without a container
      command: [name], // the library knows what it has bundled by folder and options, and would take one function's for another's
      local: {
        tryBundle(outdir) {
          buildSync({
            absWorkingDir: ROOT,
            entryPoints: { handler: `functions/${name}/handler.ts` },
            outdir,
            bundle: true,
            splitting: true,
            format: 'esm',
            platform: 'node',
            target: 'node24',
            mainFields: ['module', 'main'],
            outExtension: { '.js': '.mjs' },
            chunkNames: 'chunks/[name]-[hash]',
            banner: { js: REQUIRE },
            minify: true,
            legalComments: 'none',
            sourcemap: 'linked',
            sourcesContent: false,
            logLevel: 'warning',
          });
          return true;
        },
      },
    },
  });
}
