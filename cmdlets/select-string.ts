// Select-String: lines of text that match a pattern.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { defineCmdlet } from '../lib/host/cmdlet.ts';
import { escapeRegex, groupPlaces, makeRegex } from '../lib/host/language/regex.ts';
import { matchObject } from '../lib/host/language/regex-value.ts';
import { any, enumeration, int32, path, string, switchParameter } from '../lib/host/parameter.ts';
import { defineRecord } from '../lib/host/record.ts';
import { decodeText, encodingNames } from '../lib/host/text-file.ts';
import { textOf } from '../lib/host/value/text.ts';
import { expandLocalPaths } from './local-paths.ts';

interface MatchInfo {
  readonly IgnoreCase: boolean;
  readonly LineNumber: number;
  readonly Line: string;
  readonly Filename: string;
  readonly Path: string;
  readonly Pattern: string;
  readonly Matches: readonly unknown[];
  readonly Context: { readonly PreContext: readonly string[]; readonly PostContext: readonly string[] } | null;
}

const matchInfo = defineRecord<MatchInfo>('Microsoft.PowerShell.Commands.MatchInfo', {
  text: (info) => (info.Path === 'InputStream' ? info.Line : `${info.Path}:${info.LineNumber}:${info.Line}`),
  table: ['Filename', 'LineNumber', 'Line'],
});

export default defineCmdlet({
  name: 'Select-String',
  synopsis: 'Finds lines of text that match a pattern.',
  impact: 'none',
  parameters: {
    Pattern: string.array({ help: 'Regular expressions.', mandatory: true, position: 0 }),
    Path: path.array({
      help: 'The files.',
      mandatory: ['File'],
      position: 1,
      sets: ['File'],
      pipeline: 'property',
      wildcards: true,
      aliases: ['LiteralPath', 'FullName'],
    }),
    InputObject: any({ help: 'The text.', pipeline: 'value', sets: ['Object'] }),
    SimpleMatch: switchParameter({ help: 'The patterns are plain text.' }),
    CaseSensitive: switchParameter({ help: 'Tells letters of different case apart.' }),
    NotMatch: switchParameter({ help: 'The lines that do not match.' }),
    AllMatches: switchParameter({ help: 'All matches of a line instead of the first.' }),
    List: switchParameter({ help: 'Only the first line of each file.' }),
    Quiet: switchParameter({ help: 'Only whether there is one.' }),
    Raw: switchParameter({ help: 'Only the lines, as text.' }),
    Context: int32.array({ help: 'How many lines before and after each to give.' }),
    Encoding: enumeration(encodingNames, { help: 'How characters are written, where no byte order mark says it.' }),
  },
  defaultSet: 'File',
  output: matchInfo,
  aliases: ['sls'],
  examples: [{ title: 'In text', command: "'a1', 'b' | Select-String '\\d'" }],
  state: () => ({ line: 0, found: false }),
  async *process(p, ctx): AsyncGenerator<MatchInfo> {
    const { state } = ctx;
    const search = function* (lines: readonly string[], file: string, first: number): Generator<MatchInfo> {
      for (const [at, Line] of lines.entries()) {
        const hit = p.Pattern.map((Pattern) => {
          const plain = makeRegex(p.SimpleMatch ? escapeRegex(Pattern) : Pattern, p.CaseSensitive, true);
          const regex = new RegExp(plain.source, `d${plain.flags}`);
          const all = [...Line.matchAll(regex)] as RegExpExecArray[];
          return {
            Pattern,
            Matches: all.slice(0, p.AllMatches ? all.length : 1).map((one) => matchObject(one, groupPlaces(regex))),
          };
        }).find(({ Matches }) => Matches.length > 0);
        if ((hit === undefined) !== p.NotMatch) continue;
        state.found = true;
        if (p.Quiet) return;
        const [before, after = before] = p.Context ?? [];
        yield matchInfo({
          IgnoreCase: !p.CaseSensitive,
          LineNumber: first + at,
          Line,
          Filename: file === 'InputStream' ? file : basename(file),
          Path: file,
          Pattern: hit?.Pattern ?? p.Pattern[0]!,
          Matches: hit?.Matches ?? [],
          Context:
            before === undefined
              ? null
              : {
                  PreContext: lines.slice(Math.max(0, at - before), at),
                  PostContext: lines.slice(at + 1, at + 1 + after!),
                },
        });
        if (p.List) return;
      }
    };
    const shown = (info: MatchInfo): MatchInfo => (p.Raw ? (info.Line as unknown as MatchInfo) : info);
    if (p.Path === undefined) {
      for (const info of search([textOf(p.InputObject)], 'InputStream', ++state.line)) yield shown(info);
      return;
    }
    for (const given of p.Path) {
      try {
        for (const file of await expandLocalPaths([given])) {
          const lines = decodeText(await readFile(file), p.Encoding).split(/\r?\n/);
          if (lines.at(-1) === '') lines.pop();
          for (const info of search(lines, file, 1)) yield shown(info);
        }
      } catch (error) {
        ctx.error(error, given);
      }
    }
  },
  end: (p, ctx) => (p.Quiet ? [ctx.state.found as unknown as MatchInfo] : undefined),
});
