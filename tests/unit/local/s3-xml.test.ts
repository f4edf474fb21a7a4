import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../../cdk/local/s3/conditions.ts';
import { children, document, parse, textOf } from '../../../cdk/local/s3/xml.ts';
import { Target } from '../../../cdk/local/target.ts';

describe('A document', () => {
  it('gives any text back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const read = parse(document('List', { Entry: texts.map((Key) => ({ Key })) }), 'List');
        expect(children(read, 'Entry').map((entry) => textOf(entry, 'Key'))).toEqual(texts);
      }),
    );
  });

  it.each([
    '',
    'text',
    '<Other/>',
    '<List>',
    '<List></Other>',
    '<List/><List/>',
    '<List><Key></List></Key>',
    '<List>&unknown;</List>',
    '<List>&</List>',
    '<!DOCTYPE List [<!ENTITY x "y">]><List>&x;</List>',
    '<!DOCTYPE List SYSTEM "file:///etc/passwd"><List/>',
    '<List><!-- comment --></List>',
    '<List><![CDATA[x]]></List>',
    `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}`,
    '<List a=b/>',
  ])('is refused where it is none: %j', (text) => {
    expect(() => parse(text, 'List')).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });

  it('may have a declaration, a namespace and space between elements', () => {
    const text =
      '<?xml version="1.0" encoding="UTF-8"?>\n<List xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n <Key>a&#x41;&amp;</Key>\n</List>\n';
    expect(textOf(parse(text, 'List'), 'Key')).toBe('aA&');
  });
});

describe('A range', () => {
  it('is the bytes that a slice has', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 });
    const bound = fc.option(fc.nat(25), { nil: undefined });
    fc.assert(
      fc.property(bytes, bound, bound, (body, from, to) => {
        const slice =
          from === undefined
            ? body.slice(-Math.min(to ?? 0, body.length))
            : body.slice(from, to === undefined ? undefined : to + 1);
        const ask = () => rangeOf(`bytes=${from ?? ''}-${to ?? ''}`, body.length);
        if (from === undefined && to === undefined) expect(ask()).toBeUndefined();
        else if (from !== undefined && to !== undefined && to < from) expect(ask()).toBeUndefined();
        else if (from === undefined ? to === 0 : from >= body.length) expect(ask).toThrow(/not satisfiable/);
        else {
          const { first, last } = ask()!;
          expect(body.slice(first, last + 1)).toEqual(slice);
        }
      }),
    );
  });
});

describe('The target of a request', () => {
  it('gives back the key that was encoded, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (key, prefix) => {
        const target = Target.of(
          `/bucket/${encodeURIComponent(key)}?prefix=${encodeURIComponent(prefix)}&list-type=2`,
        )!;
        expect([target.path, target.first('prefix')]).toEqual([`/bucket/${key}`, prefix]);
        expect(Target.of(`${target.canonicalPath}?${target.canonicalQuery}`)?.path).toBe(target.path);
      }),
    );
  });

  it('keeps dots and slashes', () => {
    expect(Target.of('/b/a/../b//c/%2e%2e/.')?.path).toBe('/b/a/../b//c/../.');
  });

  it('is none where it is no UTF-8 or no path', () => {
    for (const url of ['/%ff', '/%', '/%zz', 'http://other/x', '*', '', '/x?a=%ff'])
      expect(Target.of(url)).toBeUndefined();
  });
});
