// Enumerations of .NET that scripts name. Their values are text here, as all enumerations are.
import { actionPreferences } from '../binder/common-parameters.ts';

const enumerations: Readonly<Record<string, readonly string[]>> = {
  stringcomparison: [
    'CurrentCulture',
    'CurrentCultureIgnoreCase',
    'InvariantCulture',
    'InvariantCultureIgnoreCase',
    'Ordinal',
    'OrdinalIgnoreCase',
  ],
  stringsplitoptions: ['None', 'RemoveEmptyEntries', 'TrimEntries'],
  midpointrounding: ['ToEven', 'AwayFromZero', 'ToZero', 'ToNegativeInfinity', 'ToPositiveInfinity'],
  'text.regularexpressions.regexoptions': [
    'None',
    'IgnoreCase',
    'Multiline',
    'ExplicitCapture',
    'Compiled',
    'Singleline',
    'IgnorePatternWhitespace',
    'RightToLeft',
    'ECMAScript',
    'CultureInvariant',
  ],
  datetimekind: ['Unspecified', 'Utc', 'Local'],
  dayofweek: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  'io.fileattributes': ['ReadOnly', 'Hidden', 'System', 'Directory', 'Archive', 'Normal', 'ReparsePoint'],
  'management.automation.actionpreference': actionPreferences,
};
const shortNames: Readonly<Record<string, string>> = {
  regexoptions: 'text.regularexpressions.regexoptions',
  actionpreference: 'management.automation.actionpreference',
};

/** The member of an enumeration as .NET spells it, several with commas; undefined where there is none. */
export function enumerationMember(type: string, name: string): string | undefined {
  const members = enumerations[shortNames[type] ?? type];
  if (!members) return undefined;
  const found = name.split(',').map((one) => {
    const wanted = one.trim().toLowerCase();
    return (
      members.find((member) => member.toLowerCase() === wanted) ?? members[/^\d+$/.test(wanted) ? Number(wanted) : -1]
    );
  });
  return found.includes(undefined) ? undefined : found.join(', ');
}
