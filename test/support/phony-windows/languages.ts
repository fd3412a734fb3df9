// The language identifiers (MS-LCID) of the languages that phony images speak.
const identifiers: Readonly<Record<string, number>> = {
  'de-DE': 0x0407,
  'en-US': 0x0409,
  'fr-FR': 0x040c,
  'ja-JP': 0x0411,
  'pt-BR': 0x0416,
  'en-GB': 0x0809,
  'zh-CN': 0x0804,
  'sr-Latn-RS': 0x241a,
};

/** Throws for a language that is not in the table: add it. */
export function languageId(name: string): number {
  const found = identifiers[name];
  if (found === undefined) throw new Error(`Add ${name} to test/support/phony-windows/languages.ts`);
  return found;
}
