// Reads the text of a .reg file. As lenient as regedit in blanks, comments and order; what it cannot understand is an error
// that names the line, and nothing of the file is taken.
import { DismError } from '../base/error.ts';
import { decodeWindows1252 } from '../base/windows-1252.ts';
import { type RegOperation, type RegText, type RegTextVersion, regTextHeaders } from './reg-text.ts';
import { decodeRegBytes } from './text-encoding.ts';
import { encodeDword, encodeText } from './value-data.ts';
import { valueTypes } from './value-type.ts';

/** Reads a .reg file given as bytes or as text. `file` is named in errors. */
export function parseRegText(input: Uint8Array | string, file?: string): RegText {
  const text = typeof input === 'string' ? input.replace(/^\ufeff/, '') : decodeRegBytes(input);
  return new RegTextParser(text, file).parse();
}

class RegTextParser {
  private readonly lines: readonly string[];
  private readonly file: string | undefined;
  private next = 0;
  private version: RegTextVersion = 5;
  private readonly operations: RegOperation[] = [];

  constructor(text: string, file: string | undefined) {
    this.lines = text.split(/\r\n|\n|\r/);
    this.file = file;
  }

  parse(): RegText {
    this.readHeader();
    let path: string | undefined;
    let isDeleted = false;
    while (this.next < this.lines.length) {
      const number = this.next + 1;
      const line = this.lines[this.next++]!.trimStart();
      if (line === '' || line.startsWith(';')) continue;
      if (line.startsWith('[')) {
        const match = /^\[(-?)(.+)\]\s*(;.*)?$/.exec(line);
        if (!match) throw this.error(number, 'a key has no closing bracket');
        path = match[2]!.replace(/\\+$/, '');
        isDeleted = match[1] === '-';
        this.operations.push({ kind: isDeleted ? 'delete-key' : 'create-key', path, line: number });
        continue;
      }
      if (path === undefined) throw this.error(number, 'a value stands before the first key');
      if (isDeleted) throw this.error(number, 'a value stands below a key that is deleted');
      this.readValue(path, line, number);
    }
    return { version: this.version, operations: this.operations };
  }

  private error(line: number, message: string): DismError {
    const name = this.file === undefined ? 'The registry text' : `The registry text ${this.file}`;
    return new DismError('Corrupt', `${name}, line ${line}: ${message}.`, { File: this.file, Target: `line ${line}` });
  }

  private readHeader(): void {
    while (this.next < this.lines.length && this.lines[this.next]!.trim() === '') this.next++;
    const header = this.lines[this.next++]?.trim() ?? '';
    if (header === regTextHeaders[4]) this.version = 4;
    else if (!/^Windows Registry Editor Version 5\.00$/i.test(header)) {
      throw this.error(
        Math.min(this.next, this.lines.length),
        `it starts with neither "${regTextHeaders[5]}" nor "${regTextHeaders[4]}"`,
      );
    }
  }

  private readValue(path: string, line: string, number: number): void {
    let name = '';
    let rest = line;
    if (line.startsWith('@')) {
      rest = line.slice(1);
    } else {
      const quoted = this.readQuoted(line, number);
      name = quoted.text;
      rest = quoted.rest;
    }
    const assigned = /^\s*=\s*(.*)$/s.exec(rest)?.[1];
    if (assigned === undefined) throw this.error(number, 'a value name is not followed by "="');
    if (/^-\s*(;.*)?$/.test(assigned)) {
      this.operations.push({ kind: 'delete-value', path, name, line: number });
      return;
    }
    const { type, data } = this.readData(assigned, number);
    this.operations.push({ kind: 'set-value', path, name, type, data, line: number });
  }

  /** A quoted string, which may run over lines; `\\` and `\"` are escapes. */
  private readQuoted(start: string, number: number): { readonly text: string; readonly rest: string } {
    if (!start.startsWith('"')) throw this.error(number, 'a value name or text does not start with a quotation mark');
    let source = start;
    let text = '';
    for (let i = 1; ; i++) {
      if (i >= source.length) {
        if (this.next >= this.lines.length) throw this.error(number, 'a quoted text does not end');
        text += '\r\n';
        source = this.lines[this.next++]!;
        i = -1;
      } else if (source[i] === '"') {
        return { text, rest: source.slice(i + 1) };
      } else if (source[i] === '\\' && i + 1 < source.length) {
        i++;
        text += source[i] === '\\' || source[i] === '"' ? source[i]! : `\\${source[i]!}`;
      } else {
        text += source[i]!;
      }
    }
  }

  private readData(assigned: string, number: number): { readonly type: number; readonly data: Uint8Array } {
    if (assigned.startsWith('"')) {
      const { text, rest } = this.readQuoted(assigned, number);
      if (!/^\s*(;.*)?$/.test(rest)) throw this.error(number, 'there is something behind a quoted text');
      return { type: valueTypes.REG_SZ, data: encodeText(text) };
    }
    const dword = /^dword:\s*([0-9a-f]{1,8})\s*(;.*)?$/i.exec(assigned);
    if (dword) return { type: valueTypes.REG_DWORD, data: encodeDword(Number.parseInt(dword[1]!, 16)) };
    const hex = /^hex(?:\(([0-9a-f]{1,8})\))?:(.*)$/i.exec(assigned);
    if (!hex) throw this.error(number, 'a value is neither a quoted text nor dword: nor hex:');
    const type = hex[1] === undefined ? valueTypes.REG_BINARY : Number.parseInt(hex[1], 16);
    return { type, data: this.widen(type, this.readBytes(hex[2]!, number)) };
  }

  /** Bytes in hexadecimal with commas between; a line that ends with a backslash goes on. */
  private readBytes(first: string, number: number): Uint8Array {
    let digits = '';
    let line = first;
    for (;;) {
      const part = line.replace(/;.*$/, '').trim();
      const continued = part.endsWith('\\');
      digits += continued ? part.slice(0, -1) : part;
      if (!continued) break;
      // A comment or a blank line inside is skipped; the end of the file ends the value.
      do line = this.lines[this.next++] ?? '';
      while (/^\s*(;.*)?$/.test(line) && this.next < this.lines.length);
    }
    const bytes = digits.split(',').map((part) => part.trim());
    if (bytes.at(-1) === '') bytes.pop();
    return Uint8Array.from(bytes, (part) => {
      if (!/^[0-9a-f]{1,2}$/i.test(part))
        throw this.error(number, `${JSON.stringify(part)} is not a byte in hexadecimal`);
      return Number.parseInt(part, 16);
    });
  }

  /** REGEDIT4 writes the three text types as 8-bit text. */
  private widen(type: number, data: Uint8Array): Uint8Array {
    const isText = type === valueTypes.REG_SZ || type === valueTypes.REG_EXPAND_SZ || type === valueTypes.REG_MULTI_SZ;
    if (this.version === 5 || !isText) return data;
    return Uint8Array.from(Buffer.from(decodeWindows1252(data), 'utf16le'));
  }
}
