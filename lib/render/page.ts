import { PAGE_POLICY } from '../base/index.ts';
import { type Markup, markup } from './markup.ts';
import { STYLE } from './style.ts';

/** A page that stands alone: styled, without script or anything to fetch, and without word of where its reader came from. */
export function htmlPage(title: string, body: Markup): string {
  const page = markup`<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="referrer" content="no-referrer"/>
<title>${title}</title>
${STYLE}
</head>
<body>
${body}
</body>
</html>
`;
  return `<!DOCTYPE html>\n${page}`;
}
