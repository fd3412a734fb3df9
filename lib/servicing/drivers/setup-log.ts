// Windows\INF\setupapi.offline.log: what was done to the driver store, in the layout of SetupAPI text logs.
import type { FileTime } from '../../base/file-time.ts';
import type { ServicingSession } from '../servicing-session.ts';

/** A line of a section: category of three letters, nesting level, text. */
export type SetupLogLine = readonly [
  category: 'sto' | 'idb' | 'inf' | 'cpy' | 'sig' | 'dvi',
  level: number,
  text: string,
];

/** The log is not read into memory beyond this; a longer one is left alone. */
const MAX_LOG = 64 << 20;

/** Appends a section to the log, which is begun when there is none. */
export async function appendSetupLog(
  session: ServicingSession,
  title: string,
  lines: readonly SetupLogLine[],
  status = 'SUCCESS',
): Promise<void> {
  const path = session.windowsPath('INF', 'setupapi.offline.log');
  const found = await session.root.stat(path);
  if (found && found.size > MAX_LOG) {
    session.warn(`${path} is larger than ${MAX_LOG} bytes and was not continued.`);
    return;
  }
  const old = found ? await session.root.read(path) : Buffer.from(header(session));
  const time = formatTime(session.now);
  const text = [
    `>>>  [${title}]`,
    `>>>  Section start ${time}`,
    ...lines.map(([category, level, line]) => {
      // Operations say when they began and ended.
      const when = line.startsWith('{') ? ` ${time.slice(11)}` : '';
      return `     ${category}: ${'     '.repeat(level)}${line}${when}`;
    }),
    `<<<  Section end ${time}`,
    `<<<  [Exit status: ${status}]`,
    '',
    '',
  ].join('\r\n');
  await session.root.write(path, { bytes: Buffer.concat([old, Buffer.from(text)]) }, { lastWriteTime: session.now });
}

/** YYYY/MM/DD HH:MM:SS.mmm; UTC, since an image has no time zone to speak of. */
function formatTime(time: FileTime): string {
  return time.toJSON().slice(0, 23).replaceAll('-', '/').replace('T', ' ');
}

function header(session: ServicingSession): string {
  const { version, servicePackLevel, architecture, productType } = session.windows;
  const types: Readonly<Record<string, number>> = { WinNT: 1, LanmanNT: 2, ServerNT: 3 };
  return [
    '[Device Install Log]',
    `     OS Version = ${version.major}.${version.minor}.${version.build}`,
    `     Service Pack = ${servicePackLevel ?? 0}.0`,
    '     Suite = 0x0100',
    `     ProductType = ${types[productType ?? 'WinNT'] ?? 1}`,
    `     Architecture = ${architecture}`,
    '',
    '[BeginLog]',
    '',
    '',
  ].join('\r\n');
}
