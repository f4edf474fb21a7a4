import ts from 'typescript';
import { describe, expect, it } from 'vitest';

// What the room offers says what it is; a method also whence it is or against what it is held, and what it costs.

interface Offered {
  readonly name: string;
  readonly kind: 'method' | 'other';
  readonly says: string;
}

const INDEX = 'lib/stats/index.ts';
const program = ts.createProgram([INDEX], { noEmit: true, noLib: true, types: [], allowImportingTsExtensions: true });
const checker = program.getTypeChecker();

/** A function, or an object of functions: accumulate, merge, solve. */
function isMethod(node: ts.Node | undefined): boolean {
  if (node === undefined) return false;
  if (ts.isVariableDeclaration(node)) return isMethod(node.initializer);
  if (!ts.isObjectLiteralExpression(node)) return ts.isFunctionDeclaration(node) || ts.isArrowFunction(node);
  return node.properties.some((property) => ts.isMethodDeclaration(property));
}

const offered = checker
  .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(INDEX)!)!)
  .map((symbol): Offered => {
    const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    return {
      name: symbol.name,
      kind: isMethod(own.declarations?.[0]) ? 'method' : 'other',
      says: ts.displayPartsToString(own.getDocumentationComment(checker)),
    };
  });
const methods = offered.filter(({ kind }) => kind === 'method');

const PURPOSE = /\w+ (.*\s)?\w+/;
const WHENCE = /Sources?:|Yardsticks?:|\{@link|survival::|the tests/i;
const COST = /O\(|{@link|over the threads/;

describe('the statistics offer nothing unexplained', () => {
  it('and the check sees all of it', () => {
    expect(offered.length).toBeGreaterThan(200);
    expect(methods.length).toBeGreaterThan(80);
  });

  it.each(offered)('$name says what it is for', ({ says }) => {
    expect(says).toMatch(PURPOSE);
  });

  it.each(methods)('$name says whence it is, or against what it is held', ({ says }) => {
    expect(says).toMatch(WHENCE);
  });

  it.each(methods)('$name says what it costs', ({ says }) => {
    expect(says).toMatch(COST);
  });
});
