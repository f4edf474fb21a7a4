/** Every sign but the unreserved ones in percent form, as signatures want it. */
export function encodeAll(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text of a percent form; undefined where it is none, or not UTF-8. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const byKeyThenValue = (a: readonly [string, string], b: readonly [string, string]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;

/**
 * Path and query of a request, taken apart once: what is acted on is what was signed. No `..` is followed and no slash folded, since
 * a key is text and not a path.
 */
export class Target {
  /** As it was sent. */
  readonly rawPath: string;
  /** Decoded. */
  readonly path: string;
  readonly #query: readonly (readonly [string, string])[];

  private constructor(rawPath: string, path: string, query: readonly (readonly [string, string])[]) {
    this.rawPath = rawPath;
    this.path = path;
    this.#query = query;
  }

  /** Of a request's `url`; undefined where it can't be decoded. */
  static of(url: string): Target | undefined {
    const at = url.indexOf('?');
    const rawPath = at < 0 ? url : url.slice(0, at);
    const path = decode(rawPath);
    if (path === undefined || !rawPath.startsWith('/')) return undefined;
    const query: (readonly [string, string])[] = [];
    for (const pair of at < 0 ? [] : url.slice(at + 1).split('&')) {
      if (!pair) continue;
      const equals = pair.indexOf('=');
      const name = decode(equals < 0 ? pair : pair.slice(0, equals));
      const value = decode(equals < 0 ? '' : pair.slice(equals + 1).replaceAll('+', ' '));
      if (name === undefined || value === undefined) return undefined;
      query.push([name, value]);
    }
    return new Target(rawPath, path, query);
  }

  /** Every value of a parameter. */
  all(name: string): readonly string[] {
    return this.#query.filter(([key]) => key === name).map(([, value]) => value);
  }

  /** The first value of a parameter, empty where it has none; undefined where it isn't there. */
  first(name: string): string | undefined {
    return this.all(name)[0];
  }

  has(name: string): boolean {
    return this.first(name) !== undefined;
  }

  /** Of all parameters, as they were written. */
  names(): readonly string[] {
    return this.#query.map(([name]) => name);
  }

  /** The value of a parameter whose name is compared without case, as a header's is. */
  hoisted(name: string): string | undefined {
    return this.#query.find(([key]) => key.toLowerCase() === name)?.[1];
  }

  /** As S3's signatures have it: encoded once, slashes kept. */
  get canonicalPath(): string {
    return this.path.split('/').map(encodeAll).join('/');
  }

  /** Without the signature itself. */
  get canonicalQuery(): string {
    return this.#query
      .filter(([name]) => name !== 'X-Amz-Signature')
      .map(([name, value]) => [encodeAll(name), encodeAll(value)] as const)
      .sort(byKeyThenValue)
      .map((pair) => pair.join('='))
      .join('&');
  }
}
