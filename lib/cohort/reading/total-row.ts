/** Words of rows under a table, in English, German, French, Italian, Spanish: nobody is called by one. */
const WORDS = wordsOf(`
  total totals subtotal subtotals sum sums overall count counts mean average avg median range minimum maximum deviation percent percentage
  summe summen gesamt gesamtsumme gesamtzahl gesamtergebnis zwischensumme insgesamt anzahl mittel mittelwert durchschnitt spannweite
  standardabweichung prozent
  totale totaux somme effectif effectifs nombre moyenne mediane etendue ecart
  totali somma conteggio media mediana intervallo deviazione
  totales suma recuento promedio rango desviacion
  σ ∑ ø`);

/** What stands beside them, and by itself says nothing. */
const COMPANIONS = wordsOf(`
  grand sub general generale number numero of der des de di the and und
  standard std dev type estandar iqr se ci
  patients patienten patientinnen pazienti pacientes cases falle faelle cas casi casos rows zeilen lignes righe filas samples proben`);

/** What may be somebody's initials or name: with `=`, `:` or brackets alone, and beside no companion (`Patient n: 12`). */
const SHORT = wordsOf('n anz sd min max');

/** Of a longer cell not all words are of the list. */
const LONGEST = 60;

const MARK = /[=:([]/;
/** What follows a mark, or stands in brackets: only there is a number a count. */
const ASIDE = /[=:].*$|\([^()]*\)|\[[^[\]]*\]/gu;
const BETWEEN = /[\s.,:;=()[\]{}/±+&%#*_-]+/;

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/**
 * Whether a cell is what a row under a table is called by, and hence no patient: `Total`, `Summe:`, `n = 286`, `Mean (SD)`, `Total (286)`. All of its
 * words have to be of the list, whatever their case and accents: `TOTAL-001`, `N12`, `Sum3` are patients.
 */
export function isTotal(cell: string): boolean {
  if (cell.length > LONGEST) return false;
  const marked = MARK.test(cell);
  if (!marked && /\d/.test(cell)) return false; // as most keys have
  const words = cell
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(ASIDE, (aside) => aside.replace(/\d+/g, ' '))
    .split(BETWEEN)
    .filter((word) => word !== '');
  if (words.some((word) => WORDS.has(word)))
    return words.every((word) => WORDS.has(word) || COMPANIONS.has(word) || SHORT.has(word));
  return marked && words.length > 0 && words.every((word) => SHORT.has(word));
}

/**
 * The place of the cell that tells that a row is one of totals: a key (`keys`, the places of those that say whose it is), or where the row has none, any
 * other. Undefined where it is none.
 */
export function totalIn(cells: readonly string[], keys: readonly number[]): number | undefined {
  const ofKeys = keys.find((at) => isTotal(cells[at] ?? ''));
  if (ofKeys !== undefined || keys.some((at) => (cells[at] ?? '').trim() !== '')) return ofKeys;
  const other = cells.findIndex(isTotal);
  return other < 0 ? undefined : other;
}
