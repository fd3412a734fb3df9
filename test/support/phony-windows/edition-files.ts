// servicing\Editions of a phony Windows: which editions the present one can become.
import type { PhonyWindowsProfile } from './windows-profile.ts';

/** File names with texts; empty without target editions. */
export function editionFiles(profile: PhonyWindowsProfile): Readonly<Record<string, string>> {
  if (profile.targetEditions.length === 0) return {};
  const edition = (id: string, targets: readonly string[]): string[] => [
    `  <Edition ID="${id}" name="Microsoft-Windows-${id}Edition" processorArchitecture="${profile.architecture}" ` +
      `buildType="release" publicKeyToken="31bf3856ad364e35" version="${profile.versionText}">`,
    ...targets.map((target) => `    <Target ID="${target}"/>`),
    '  </Edition>',
  ];
  const matrix = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<TmiMatrix xmlns:e="urn:schemas-microsoft-com:windows:editions:v1">',
    ...edition(profile.editionId, profile.targetEditions),
    ...profile.targetEditions.flatMap((target) => edition(target, [])),
    '</TmiMatrix>',
    '',
  ];
  const present = `<?xml version="1.0" encoding="utf-8"?>\r\n<edition id="${profile.editionId}"/>\r\n`;
  return {
    'EditionMatrix.xml': matrix.join('\r\n'),
    [`${profile.editionId}Edition.xml`]: present,
    ...Object.fromEntries(
      profile.targetEditions.map((id) => [`${id}Edition.xml`, `<?xml version="1.0"?>\r\n<edition id="${id}"/>\r\n`]),
    ),
  };
}
