import { markup } from './markup.ts';
import { htmlPage } from './page.ts';

/** A page that says no more than a title and a few sentences: for who opened a link in a browser, and finds nothing behind it. */
export function renderNotice(title: string, says: readonly string[]): string {
  return htmlPage(
    title,
    markup`<h1>${title}</h1>
${says.map((each) => markup`<p>${each}</p>`)}`,
  );
}
