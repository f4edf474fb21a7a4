import { posix } from 'node:path';
import { isDateFormat } from 'hucre';
import { LIMITS } from '../limits.ts';
import { localAttribute, ownText, readWhole, withoutEscapes } from './xml.ts';

/** Opens a part of a workbook by its path; undefined where there is none. */
export type OpenPart = (part: string) => Promise<AsyncIterable<Uint8Array> | undefined>;

/** A sheet as the workbook lists it. */
export interface ListedSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly part: string | undefined;
}

/** What a workbook says of itself; no sheet is read for it. */
export interface Outline {
  readonly sheets: readonly ListedSheet[];
  /** Days are counted from 1904. */
  readonly from1904: boolean;
  /** Paths of the parts that all sheets share. */
  readonly strings: string | undefined;
  readonly styles: string | undefined;
}

/** Reads the list of sheets and where their parts are. Throws where the workbook lacks what leads there. */
export async function readOutline(open: OpenPart): Promise<Outline> {
  const workbook = (await relations(open, '')).find(({ type }) => type === 'officeDocument')?.target;
  if (workbook === undefined) throw new TypeError('nothing leads to the workbook');
  const related = await relations(open, workbook);
  const target = (type: string): string | undefined => related.find((relation) => relation.type === type)?.target;
  const parts = new Map(related.flatMap(({ id, type, target: part }) => (type === 'worksheet' ? [[id, part]] : [])));
  const sheets: ListedSheet[] = [];
  let from1904 = false;
  await readWhole(await part(open, workbook), {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const id = localAttribute(attributes, 'id');
      const called = attributes['name'] ?? '';
      if (id === undefined || called === '') return;
      const hidden = /hidden$/i.test(attributes['state'] ?? '');
      sheets.push({ name: called, hidden, part: parts.get(id) });
    },
  });
  return { sheets, from1904, strings: target('sharedStrings'), styles: target('styles') };
}

interface Relation {
  readonly id: string;
  /** The last part of its address. */
  readonly type: string;
  readonly target: string;
}

/** What a part points to; the package itself where the path is empty. */
async function relations(open: OpenPart, of: string): Promise<readonly Relation[]> {
  const folder = posix.dirname(of);
  const path = of === '' ? '_rels/.rels' : posix.join(folder, '_rels', `${posix.basename(of)}.rels`);
  const bytes = await open(path);
  const found: Relation[] = [];
  if (!bytes) return found;
  await readWhole(bytes, {
    open: (name, { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode }) => {
      if (name !== 'Relationship' || mode === 'External') return;
      const at = target.startsWith('/') ? target.slice(1) : posix.join(of === '' ? '' : folder, target);
      found.push({ id, type: type.replace(/^.*\//, ''), target: at });
    },
  });
  return found;
}

async function part(open: OpenPart, path: string): Promise<AsyncIterable<Uint8Array>> {
  const bytes = await open(path);
  if (!bytes) throw new TypeError(`the part ${path} is not there`);
  return bytes;
}

/** The texts that cells refer to, each once, in their order. Throws {@link TooManyStrings}. */
export async function readStrings(open: OpenPart, path: string | undefined): Promise<readonly string[]> {
  const bytes = path === undefined ? undefined : await open(path);
  const strings: string[] = [];
  if (!bytes) return strings;
  let text = '';
  let length = 0;
  let [inText, phonetic] = [false, false];
  await readWhole(bytes, {
    open: (name) => {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    text: (more) => {
      if (!inText) return;
      length += more.length;
      if (length > LIMITS.workbookStrings) throw new TooManyStrings();
      text += more;
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') {
        strings.push(ownText(withoutEscapes(text)));
        if (strings.length > LIMITS.workbookStrings / 8) throw new TooManyStrings();
      }
    },
  });
  return strings;
}

/** The texts of a workbook are more than are held. */
export class TooManyStrings extends Error {}

/** Which formats of cells, by their number, show a number as a date. */
export async function readDateFormats(open: OpenPart, path: string | undefined): Promise<ReadonlySet<number>> {
  const bytes = path === undefined ? undefined : await open(path);
  const dates = new Set<number>();
  if (!bytes) return dates;
  const formats = new Map<string, string>();
  const used: string[] = [];
  let within = false;
  await readWhole(bytes, {
    open: (name, { numFmtId = '0', formatCode = '' }) => {
      if (name === 'numFmt') formats.set(numFmtId, formatCode);
      else if (name === 'cellXfs') within = true;
      else if (name === 'xf' && within) used.push(numFmtId);
    },
    close: (name) => {
      if (name === 'cellXfs') within = false;
    },
  });
  for (const [i, id] of used.entries()) if (isDateFormat(formats.get(id) || id)) dates.add(i);
  return dates;
}
