// Languages, locales, keyboards, time zone. These commands may stand on one line together.
import { choice, type DismCommand, type DismOption, identity, path, text } from '../command.ts';

const distribution = path('Distribution', 'The folder with the installation files.');

function setting(name: string, help: string, value: DismOption, others: readonly DismOption[] = []): DismCommand {
  return {
    name,
    help,
    scope: 'image',
    group: 'international',
    operand: value.name,
    operandOnly: true,
    options: [{ ...value, required: true }, ...others],
  };
}

const language = identity('Language', 'Such as en-US.');
const locale = identity('Locale', 'Such as de-DE.');

export const internationalCommands: readonly DismCommand[] = [
  {
    name: 'Get-Intl',
    help: 'Reports the international settings.',
    scope: 'imageOrOnline',
    options: [distribution],
  },
  setting('Set-UILang', 'Sets the language of the user interface.', language),
  setting('Set-UILangFallback', 'Sets the language where that one has no text.', language),
  setting('Set-SysUILang', 'Sets the language of the system.', language),
  setting('Set-SysLocale', 'Sets the language of programs without Unicode.', locale),
  setting('Set-UserLocale', 'Sets formats of dates and numbers for new users.', locale),
  setting(
    'Set-InputLocale',
    'Sets the keyboards of new users.',
    text('Keyboards', 'Such as 0409:00000409, separated by semicolons; the first is the default.'),
  ),
  setting('Set-AllIntl', 'Sets all languages and locales.', language),
  setting('Set-TimeZone', 'Sets the time zone.', text('TimeZone', 'Such as W. Europe Standard Time.')),
  setting('Set-SKUIntlDefaults', 'Sets everything to the defaults of a language.', language),
  setting(
    'Set-LayeredDriver',
    'Sets the kind of a Korean or Japanese keyboard.',
    choice('Driver', '1 to 6.', { '1': 1, '2': 2, '3': 3, '4': 4, '5': 5, '6': 6 }),
  ),
  {
    name: 'Gen-LangIni',
    help: 'Writes Lang.ini of the installation files.',
    scope: 'image',
    group: 'international',
    options: [{ ...distribution, required: true }],
  },
  setting('Set-SetupUILang', 'Sets the language of Setup.', language, [{ ...distribution, required: true }]),
];
