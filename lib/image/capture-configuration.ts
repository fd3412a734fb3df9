// The capture configuration (WimScript.ini): which paths a capture leaves out, and which files it stores uncompressed.
import { DismError } from '../base/error.ts';

/** Patterns as they were written, `\` as separator, without drive letters. */
export interface CaptureConfiguration {
  readonly exclude: readonly string[];
  /** Captured although `exclude` matches. */
  readonly except: readonly string[];
  readonly storeUncompressed: readonly string[];
  /** For WIMBoot and compact applies: files that are written in full. */
  readonly prepopulate: readonly string[];
}

/** What DISM leaves out when no configuration file is given. */
export const defaultCaptureConfiguration: CaptureConfiguration = Object.freeze({
  exclude: [
    '\\$ntfs.log',
    '\\hiberfil.sys',
    '\\pagefile.sys',
    '\\swapfile.sys',
    '\\System Volume Information',
    '\\RECYCLER',
    '\\Windows\\CSC',
  ],
  except: [],
  storeUncompressed: ['*.mp3', '*.zip', '*.cab', '\\WINDOWS\\inf\\*.pnf'],
  prepopulate: [],
});

type Section = keyof CaptureConfiguration | 'ignored';

const sections: Readonly<Record<string, Section>> = {
  exclusionlist: 'exclude',
  exclusionexception: 'except',
  compressionexclusionlist: 'storeUncompressed',
  // Of the tools before DISM: folders to compress, which a WIM does anyway.
  compressionfolderlist: 'ignored',
  prepopulatelist: 'prepopulate',
};

const MAX_BYTES = 4 << 20;

/** UTF-16 or UTF-8 with or without byte order mark; bytes that are not UTF-8 are read as Windows-1252. */
function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function unquoted(line: string): string {
  const quote = line[0];
  return line.length > 1 && (quote === '"' || quote === "'") && line.endsWith(quote) ? line.slice(1, -1).trim() : line;
}

/** Parses a configuration file. Throws a usage error that names file and line. */
export function parseCaptureConfiguration(bytes: Uint8Array, file: string): CaptureConfiguration {
  const refuse = (why: string, line: number): DismError =>
    new DismError('InvalidParameter', `The capture configuration ${file} is not valid in line ${line}: ${why}.`, {
      Target: file,
    });
  if (bytes.length > MAX_BYTES) throw refuse(`it has ${bytes.length} bytes, more than ${MAX_BYTES}`, 1);
  const lists: Record<keyof CaptureConfiguration, string[]> = {
    exclude: [],
    except: [],
    storeUncompressed: [],
    prepopulate: [],
  };
  let section: Section | undefined;
  decode(bytes)
    .split(/\r\n|\r|\n/)
    .forEach((raw, at) => {
      const line = unquoted(raw.trim());
      if (line === '' || line.startsWith(';') || line.startsWith('#')) return;
      if (line.startsWith('[')) {
        if (!line.endsWith(']')) throw refuse(`"${line}" does not end with a bracket`, at + 1);
        // Sections that this version does not know may mean something to another tool.
        section = sections[line.slice(1, -1).trim().toLowerCase()] ?? 'ignored';
        return;
      }
      if (section === undefined)
        throw refuse(`"${line}" stands before the first section, such as [ExclusionList]`, at + 1);
      if (section === 'ignored') return;
      lists[section].push(normalised(line));
    });
  return lists;
}

/** Separators as Windows has them; a drive letter means the root that is captured. */
function normalised(pattern: string): string {
  const path = pattern.replaceAll('/', '\\').replace(/^[a-z]:(?=\\)/i, '');
  return path.length > 1 ? path.replace(/\\+$/, '') : path;
}
