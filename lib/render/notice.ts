import { PAGE_POLICY } from '../base/index.ts';
import { markup } from './markup.ts';
import { STYLE } from './style.ts';

/** A page that says no more than a title and a few sentences: for who opened a link in a browser, and finds nothing behind it. */
export function renderNotice(title: string, says: readonly string[]): string {
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
<h1>${title}</h1>
${says.map((each) => markup`<p>${each}</p>`)}
</body>
</html>
`;
  return `<!DOCTYPE html>\n${page}`;
}
