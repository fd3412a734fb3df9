// PowerShell wildcards: `*`, `?`, `[a-z]`, with a backtick to take one literally. Matching walks the text with one
// point of return, so no pattern takes more than length of text times length of pattern.

type Element =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'char'; readonly test: (c: string) => boolean };

function parseClass(text: string, fold: (c: string) => string): (c: string) => boolean {
  const ranges: [string, string][] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i + 1] === '-' && i + 2 < text.length) {
      ranges.push([fold(text[i]!), fold(text[i + 2]!)]);
      i += 2;
    } else ranges.push([fold(text[i]!), fold(text[i]!)]);
  }
  return (c) => ranges.some(([from, to]) => c >= from && c <= to);
}

function parse(pattern: string, fold: (c: string) => string): Element[] {
  const elements: Element[] = [];
  const literal = (c: string): void => {
    const folded = fold(c);
    elements.push({ kind: 'char', test: (other) => other === folded });
  };
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === '`' && i + 1 < pattern.length) literal(pattern[++i]!);
    else if (c === '*') {
      if (elements.at(-1)?.kind !== 'any') elements.push({ kind: 'any' });
    } else if (c === '?') elements.push({ kind: 'one' });
    else if (c === '[') {
      const close = pattern.indexOf(']', i + 2);
      if (close < 0) literal(c);
      else {
        elements.push({ kind: 'char', test: parseClass(pattern.slice(i + 1, close), fold) });
        i = close;
      }
    } else literal(c);
  }
  return elements;
}

/** Whether text contains characters that make it a pattern. */
export function hasWildcard(text: string): boolean {
  return /[*?[]/.test(text.replace(/`./g, ''));
}

/** Compiles a pattern to a test of whole texts. */
export function wildcard(pattern: string, caseSensitive = false): (text: string) => boolean {
  const fold = caseSensitive ? (c: string) => c : (c: string) => c.toLowerCase();
  const elements = parse(pattern, fold);
  return (original) => {
    const text = caseSensitive ? original : original.toLowerCase();
    let position = 0;
    let element = 0;
    let returnElement = -1;
    let returnPosition = 0;
    while (position < text.length) {
      const current = elements[element];
      if (current?.kind === 'any') {
        returnElement = element++;
        returnPosition = position;
      } else if (current && (current.kind === 'one' || current.test(text[position]!))) {
        element++;
        position++;
      } else if (returnElement >= 0) {
        element = returnElement + 1;
        position = ++returnPosition;
      } else return false;
    }
    while (elements[element]?.kind === 'any') element++;
    return element === elements.length;
  };
}
