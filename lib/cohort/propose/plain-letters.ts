const WRITTEN_OUT: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', Ä: 'Ae', Ö: 'Oe', Ü: 'Ue', ß: 'ss' };

/** A column's name without accents: Größe is Groesse, âge is age. */
export function inPlainLetters(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[äöüÄÖÜß]/g, (letter) => WRITTEN_OUT[letter]!)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '');
}
