/** What a value looks like. */
export type Look =
  | 'person'
  | 'word'
  | 'longer'
  | 'long'
  | 'digits'
  | 'numbered'
  | 'round'
  | 'coded'
  | 'short date'
  | 'contact';

/** All that a value looks like. */
export interface Looks {
  readonly of: readonly Look[];
  /** Of a full date. */
  readonly year?: number;
  /** Of a number of digits alone. */
  readonly digits?: number;
}

const PERSON = /^(?:(?:dr|mr|mrs|ms|prof)\.? )?\p{Lu}[\p{L}'’-]+(?:,? \p{Lu}[\p{L}.'’-]*){1,3}$/iu;
const CAPITALISED = /^\p{Lu}[\p{L}.'’-]*(?:,? \p{Lu}[\p{L}.'’-]*)*$/u;
const WORD = /^\p{L}[\p{L}'’-]+$/u;
/** Words of medicine and of questionnaires that no list of persons is made of. */
export const NO_PERSON =
  /\b(response|disease|cancer|carcinoma|adenocarcinoma|tumou?r|stage|grade|liver|colon|rectum|rectal|left|right|lung|lobe|male|female|white|black|asian|hispanic|latino|african|american|not|unknown|available|negative|positive|yes|no|none|other|complete|partial|stable|progressive|metasta\w+|resection|surgery|hepat\w+|chemotherap\w+|therapy|treatment|radiation|primary|recurren\w+|hospital|university|clinic|cent(?:er|re)|institute|type|normal|abnormal|high|low|moderate\w*|poor\w*|well|with|without|and|of|tissue|sigmoid|ascending|descending|transverse|flexure|junction|invasion|node|margin|mutation|wild)\b/i;
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[T ])/;
const YEAR_LAST = /^\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ](\d{4})$/;
/** What no year of four digits is in; only a column that is called so is taken for one of births. */
const SHORT_DATE = /^\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}$/;
const NUMBERED = /^(?:\d{3}-\d{2}-\d{4}|(?:mrn|ssn|nhs|hn)[-:# ]*\d{4,})$/i;

/** Telephone numbers as they are written between countries and in America; elsewhere they look like any number. */
const PHONE = /^(?:(?:\+|00)\d{1,3}[ ()./-]*\d[\d ()./-]{5,}|\(\d{3}\) ?\d{3}[- ]\d{4}|\d{3}-\d{3}-\d{4})$/;
/** A street and a number in it. */
const STREET =
  /\p{L}(?:str\.?|stra(?:ß|ss)e|weg|platz|allee|gasse)\s+\d{1,4}(?![\d.])|^\d{1,5}\s+\p{L}[\p{L}. ]+\b(?:street|st|road|rd|avenue|ave|lane|drive)\b/iu;

/** Of a longer cell only the beginning is looked at. */
export const MOST_CHARACTERS = 200;

/** What a value of a column looks like, by itself. */
export function looksOf(text: string): Looks {
  if (/^\d+$/.test(text)) {
    const digits = text.length >= 6 && text.length <= 12;
    const of: Look[] = [];
    if (digits) of.push('digits');
    if (digits && text.endsWith('00')) of.push('round');
    if (text.length >= 4) of.push('coded');
    return { of, ...(digits && { digits: text.length }) };
  }
  const of: Look[] = [];
  if (NUMBERED.test(text)) of.push('numbered');
  if (PHONE.test(text) || STREET.test(text)) of.push('contact');
  if (SHORT_DATE.test(text)) of.push('short date');
  const digits = text.match(/\d/g)?.length ?? 0;
  if (digits >= 4) of.push('coded');
  if (digits === 0 && text.length <= 60 && !NO_PERSON.test(text)) {
    const person = PERSON.test(text);
    if (person && CAPITALISED.test(text)) of.push('person');
    if (person || WORD.test(text)) of.push('word');
  }
  const words = text.split(/\s+/).length;
  if (words >= 4) of.push('longer');
  if (words >= 7) of.push('long');
  const year = YEAR_FIRST.exec(text)?.[1] ?? YEAR_LAST.exec(text)?.[1];
  return { of, ...(year !== undefined && { year: Number(year) }) };
}
