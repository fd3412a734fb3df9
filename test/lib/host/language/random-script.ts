// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the braces belong to the language under test
// Scripts at random: words thrown together, mutated scripts, deep nesting, any characters. The same seed gives the same
// scripts.

const seeds = [
  '$a = 1, 2, 3; $a[-1] += 4; "$a $($a.Count)"',
  'for ($i = 0; $i -lt 3; $i++) { if ($i -eq 1) { continue }; "x$i" }',
  'foreach ($x in @{ a = 1; b = 2 }.Keys) { switch -Regex ($x) { "a" { $Matches[0] } default { break } } }',
  'function f { param([int]$n = 2, [switch]$s) process { $_ * $n } }; 1..3 | f -n 4',
  'try { throw "x" } catch [DivideByZeroException], [Exception] { 1 } catch { $_.Exception.Message } finally { "f" }',
  '"{0:N2} {1,-5}|" -f 1234.5, "ab"; "a-b-c" -split "-", 2 -join "+"',
  '$o = [pscustomobject]@{ A = 1; B = @{ c = 5 } }; $o.B.c++; $o | Select-Object A, @{ n = "D"; e = { $_.B.c } }',
  '@"\nhere $(1 + 1) $env:X\n"@ -replace "(\\d)", \'<$1>\'',
  "@'\r\nno $expansion\r\n'@ | Out-String -Width 80 # comment\r\n",
  '[datetime]"2024-05-06" -gt "2024-01-01" -and [int]"7" -band 3; [math]::Max(1, 2KB)',
  '& { param($p) $args; $p } 1 2 3 2>&1; . { $y = 5 } *>$null; $y ?? "none" && $z || $w',
  '$i = 0; do { $i++ } until ($i -ge 3); while ($i) { $i-- }; $i ? 1 : 2',
  ':outer foreach ($a in 1..3) { foreach ($b in 1..3) { if ($b -eq 2) { continue outer }; "$a$b" } }',
  '"abc".Substring(1).ToUpper()[0]; $x?.Y?[0]; , (1, 2) | Group-Object | Sort-Object Count -Descending',
  '[CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory, Position = 0)][ValidateSet("a", "b")][string[]]$q)\n$q',
  'Get-WindowsImage -ImagePath a.wim -Index:1 @rest --% | ? Name -like *Pro* | % { $_.Name } > out.txt 2>> "e$n.txt" &',
  '<# block\ncomment #> $script:x = ${strange name}; ${env:PATH}; $global:y += $x.$z.("w"); `\n"a`tb`u{1F600}"',
  'if ($a -and -not $b) { } elseif (!$c) { } else { exit 3 }; begin', // ends in a word
  'switch -Wildcard -CaseSensitive -File x.txt { a* { } { $_ -gt 1 } { } default { } }; return',
];

const pieces =
  '$ ( ) { } @ " \' ` | ; , - [ ] # .. $( @{ @( & > >> 2>&1 3>&1 *> < : :: = += ??= ++ -- ! -eq -ceq -f -is -split -join -not . ?. ?[ ?? ? && || % * / + 0 -1 1e99 0x 0b1 1kb 9999999999999999999 1.5d $_ $null $true ${ $env: $script: if else elseif foreach for in while do until switch default break continue return throw exit try catch finally function filter param begin process end clean class -File -Regex [int] [string[]] [Parameter( Get-Item -Name -Name: --% -- @x <# #> “ ” ‘ – — \u00a0 \u2028 \ud83d \ufeff \0 é 漢'
    .split(' ')
    .concat('\n', '\r\n', ' ', '\t', '`\n', '@"\n', '\n"@', "@'\n", "\n'@", '"@', "'@", '`u{', '`u{41}', '#>\n');

const openers = [
  '(',
  '{',
  '@(',
  '$(',
  '@{ a = ',
  '[',
  '"$(',
  '& {',
  'if (1) {',
  '-not ',
  '!',
  '1 + ',
  '- ',
  ', ',
  '$a[',
  '$a.b(',
];

/** Makes random scripts from a seed. */
export function makeRandomScripts(seed: number): () => string {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  const soup = (): string => {
    let text = '';
    for (let words = 1 + random(24); words > 0; words--) text += pick(pieces) + (random(3) === 0 ? ' ' : '');
    return text;
  };
  const characters = (): string => {
    let text = '';
    for (let count = random(40); count > 0; count--)
      text += String.fromCharCode(random(8) === 0 ? random(0x10000) : 9 + random(118));
    return text;
  };
  const mutated = (): string => {
    let text = pick(seeds);
    if (random(3) === 0) text = `${text}${pick(['; ', '\n', ' | ', ' '])}${pick(seeds)}`;
    for (let edits = 1 + random(5); edits > 0; edits--) {
      const at = random(text.length + 1);
      const other = pick(seeds);
      const from = random(other.length);
      const inserted = random(5) === 0 ? '' : random(4) === 0 ? other.slice(from, from + random(20)) : pick(pieces);
      text = text.slice(0, at) + inserted + text.slice(at + random(6));
    }
    return random(6) === 0 ? text.slice(0, random(text.length + 1)) : text;
  };
  const nested = (): string => {
    const opener = pick(openers);
    const depth = random(40) === 0 ? 3000 : random(30);
    return opener.repeat(depth) + soup();
  };
  return () => {
    switch (random(10)) {
      case 0:
        return characters();
      case 1:
        return nested();
      case 2:
      case 3:
      case 4:
        return soup();
      default:
        return mutated();
    }
  };
}
