import { expect, it } from 'vitest';
import { renderSvg } from '../../../lib/render/index.ts';
import { crlmSurvival } from './documents.ts';

it("the README's picture is what the code draws of the demo cohort (`vitest -u` draws it anew)", async () => {
  await expect(renderSvg(await crlmSurvival())).toMatchFileSnapshot('../../../docs/survival.svg');
});
