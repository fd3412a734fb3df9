// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the braces belong to the language under test
// Members, statics, errors and small cmdlets as PowerShell 7 documents them.
import { describeScripts } from './describe-scripts.ts';

describeScripts('members', {
  errors: [
    [
      'try { throw "m" } catch { $_.Exception.GetType().FullName; $_.FullyQualifiedErrorId; $_.CategoryInfo.Category }',
      'System.Management.Automation.RuntimeException|m|OperationStopped',
    ],
    [
      'try { 1 / 0 } catch { $_.Exception.GetType().Name; $_.Exception.InnerException.GetType().Name }',
      'RuntimeException|DivideByZeroException',
    ],
    ['try { [int]"x" } catch [System.Management.Automation.PSInvalidCastException] { "cast" }', 'cast'],
    ['try { [int]"x" } catch [InvalidCastException] { "cast" }', 'cast'],
    [
      'try { throw [System.ArgumentException]::new("bad") } catch [System.ArgumentException] { $_.Exception.Message }',
      'bad',
    ],
    [
      'try { throw [System.IO.FileNotFoundException]"nf" } catch [System.IO.FileNotFoundException] { $_.Exception.GetType().Name }',
      'FileNotFoundException',
    ],
    ['try { throw "a" } catch { try { throw $_.Exception } catch { "$_" } }', 'a'],
    ['try { throw @{ code = 5 } } catch { $_.TargetObject.code }', '5'],
    [
      'try { Get-Content /nope -ea Stop } catch [System.Management.Automation.ItemNotFoundException] { $_.CategoryInfo.Category; $_.CategoryInfo.Activity; $_.CategoryInfo.TargetName }',
      'ObjectNotFound|Get-Content|/nope',
    ],
    [
      'try { nosuchcommand } catch [System.Management.Automation.CommandNotFoundException] { $_.CategoryInfo.Category; $_.TargetObject }',
      'ObjectNotFound|nosuchcommand',
    ],
    [
      'try { Get-Date -Nope 1 } catch [System.Management.Automation.ParameterBindingException] { "binding" }',
      'binding',
    ],
    [
      'try { Write-Error e -Category InvalidData -ErrorId MyId -TargetObject 7 -ea Stop } catch { $_.CategoryInfo.Category; $_.FullyQualifiedErrorId; $_.TargetObject }',
      'InvalidData|MyId|7',
    ],
    ['try { 1 / 0 } catch { $_.InvocationInfo.ScriptLineNumber; $_.InvocationInfo.OffsetInLine }', '1|7'],
    ['Write-Error a -ea 0; Write-Error b -ea 0; "$($Error[0]) $($Error[1])"; $Error.Clear(); $Error.Count', 'b a|0'],
    ['trap { "trapped $_"; continue } throw "x"; "after"', 'trapped x|after'],
    ['trap [DivideByZeroException] { "div"; continue }; 1 / 0; "on"', 'div|on'],
    ['try { & { trap { "t"; break }; throw "x"; "never" } } catch { "out $_" }', 't|out x'],
    ['if ($true) { "a" } "b"', 'a|b'],
  ],
  'message records': [
    ['(Write-Warning w 3>&1).GetType().Name; (Write-Warning w 3>&1).Message', 'WarningRecord|w'],
    ['(Write-Verbose v -Verbose 4>&1).Message', 'v'],
    ['(Write-Information i 6>&1).MessageData', 'i'],
    ['& { 1; Write-Warning w; Write-Error e } *>&1 | Measure-Object | ForEach-Object Count', '3'],
    ['& { Write-Output 1; Write-Error e } 2>&1 | ForEach-Object { $_.GetType().Name }', 'Int32|ErrorRecord'],
  ],
  'regular expressions': [
    ['"abc" -match "(?<first>a)(b)"; $Matches.first; $Matches[1]; $Matches[0]', 'True|a|b|ab'],
    ['[regex]::Matches("a1b22", "\\d+").Value -join ","', '1,22'],
    ['[regex]::Match("key=val", "(?<k>\\w+)=(?<v>\\w+)").Groups["v"].Value', 'val'],
    ['[regex]::Match("xay", "a").Index; [regex]::Match("x", "a").Success', '1|False'],
    ['[regex]::Replace("abc", "b", \'[$0]\'); [regex]::Replace("abc", "B", "x", "IgnoreCase")', 'a[b]c|axc'],
    ['[regex]::Replace("a1b2", "\\d", { param($m) [int]$m.Value + 1 })', 'a2b3'],
    ['[regex]::Split("a1b", "\\d") -join ","; [regex]::IsMatch("a", "A"); [regex]::Escape("a.b")', 'a,b|False|a\\.b'],
    [
      '$r = [regex]"(\\d)"; $r.Replace("a1b2", \'<$1>\', 1); $r.Matches("123").Count; $r.IsMatch("x")',
      'a<1>b2|3|False',
    ],
    ['"a1b2" -replace "\\d", { [int]$_.Value * 2 }', 'a2b4'],
    ['"2024-01-02" -replace "(?<y>\\d+)-(?<m>\\d+)-(?<d>\\d+)", \'${d}.${m}.${y}\'', '02.01.2024'],
    ["'$5' -replace '\\$(\\d)', '$$$1'", '$5'],
    ['"a-b" -replace "(a)-(b)", \'$2$3$1\'', 'b$3a'],
  ],
  items: [
    ['(1..5).Where({ $_ -gt 2 }, "First"); (1..5).Where({ $_ -gt 2 }, "First", 2) -join ","', '3|3,4'],
    ['(1..6).Where({ $_ % 2 }, "Split")[1] -join ","', '2,4,6'],
    ['(1..5).Where({ $_ -eq 3 }, "Until") -join ","; (1..5).Where({ $_ -eq 3 }, "SkipUntil") -join ","', '1,2|3,4,5'],
    ['(1..5).Where({ $_ -lt 5 }, "Last")', '4'],
    [
      '("a", "b").ForEach("ToUpper"); ("ab", "c").ForEach("Length"); ("1", "2").ForEach([int])[1].GetType().Name',
      'A|B|2|1|Int32',
    ],
    ['(5).ForEach({ $_ + 1 })', '6'],
    ['$a = 1, 2; $b = $a.Clone(); $b[0] = 9; $a[0]', '1'],
    ['$a = 3, 1, 2; [array]::Sort($a); "$a"; [array]::Reverse($a); "$a"; [array]::IndexOf($a, 2)', '1 2 3|3 2 1|1'],
    [
      '$l = [System.Collections.Generic.List[int]]::new(); $l.Add(5); $l.Add(6); $l.Count; $l.Remove(5); $l -join ","',
      '2|6',
    ],
    ['$l = New-Object System.Collections.ArrayList; $l.Add("x"); $l.Count', '0|1'],
  ],
  objects: [
    [
      '$o = [pscustomobject]@{ A = 1; B = 2 }; $o.PSObject.Properties.Name -join ","; $o.PSObject.Properties["A"].Value',
      'A,B|1',
    ],
    ['$o = [pscustomobject]@{ A = 1 }; $o.PSObject.Properties.Remove("A"); @($o.PSObject.Properties).Count', '0'],
    ['foreach ($p in ([pscustomobject]@{ A = 1 }).PSObject.Properties) { "$($p.Name)=$($p.Value)" }', 'A=1'],
    ['$o = [pscustomobject]@{ A = 1 }; $o.PSObject.Properties["A"].Value = 5; $o.A', '5'],
    [
      '$o = [pscustomobject]@{}; $o | Add-Member B 2; $o | Add-Member NoteProperty C 3; $o | Add-Member @{ D = 4 }; $o | Add-Member -NotePropertyName E -NotePropertyValue 5; "$($o.B)$($o.C)$($o.D)$($o.E)"',
      '2345',
    ],
    ['New-Object PSObject -Property @{ A = 1 } | ForEach-Object A', '1'],
    ['function f { param([switch]$s) $s.IsPresent }; f -s; f -s:$false', 'True|False'],
    ['$PSVersionTable.PSVersion.Major', '7'],
    ['$sb = [scriptblock]::Create("1 + 1"); & $sb', '2'],
  ],
  statics: [
    [
      '[IO.Path]::Combine("a", "b", "c.txt"); [IO.Path]::ChangeExtension("a.txt", "md"); [IO.Path]::Combine("a", "/b")',
      'a/b/c.txt|a.md|/b',
    ],
    [
      '[Environment]::GetEnvironmentVariable("TEST_VALUE"); [Environment]::ExpandEnvironmentVariables("%TEST_VALUE%!")',
      'from environment|from environment!',
    ],
    [
      '[Convert]::ToInt32("FF", 16); [Convert]::ToString(10, 2); [Convert]::ToBase64String([byte[]](1, 2, 3))',
      '255|1010|AQID',
    ],
    ['[BitConverter]::ToString([byte[]](1, 255)); [Convert]::ToHexString([byte[]](10, 11))', '01-FF|0A0B'],
    [
      '[Text.Encoding]::UTF8.GetString([Text.Encoding]::UTF8.GetBytes("é")); [Text.Encoding]::Unicode.GetBytes("a").Count',
      'é|2',
    ],
    [
      '[string]::Format("{0}-{1:D2}", "a", 5); [string]::Join(",", 1, 2); [string]::IsNullOrWhiteSpace(" ")',
      'a-05|1,2|True',
    ],
    [
      '[datetime]::new(2024, 2, 29).ToString("d"); [datetime]::IsLeapYear(2023); [datetime]::DaysInMonth(2024, 2)',
      '02/29/2024|False|29',
    ],
    ['[timespan]::new(1, 2, 3).ToString(); ([timespan]"1.02:03:04").ToString("d\\.hh\\:mm")', '01:02:03|1.02:03'],
    ['[timespan]"01:00" * 2; [timespan]"01:00" / 2; ([timespan]"01:00") / ([timespan]"00:30")', '02:00:00|00:30:00|2'],
    [
      '([datetime]"2024-01-01T12:00:00").ToUniversalTime().Kind; [datetime]::UtcNow.Kind; [datetime]::Now.Kind',
      'Utc|Utc|Local',
    ],
    [
      '[guid]::Parse("{00000000-0000-0000-0000-00000000000A}").ToString("N"); [guid]"0000000000000000000000000000000a" -eq "00000000-0000-0000-0000-00000000000a"',
      '0000000000000000000000000000000a|True',
    ],
    [
      '"a,b,,c".Split(",", [StringSplitOptions]::RemoveEmptyEntries).Count; [StringComparison]::OrdinalIgnoreCase',
      '3|OrdinalIgnoreCase',
    ],
    ['[Diagnostics.Stopwatch]::StartNew().Elapsed.GetType().Name', 'TimeSpan'],
    ['try { [datetime]::new(2024, 2, 30) } catch { "no" }', 'no'],
  ],
  'small cmdlets': [
    [
      'Get-Random -Maximum 1; (1..10 | Get-Random -Count 3).Count; (Get-Random -SetSeed 5) -eq (Get-Random -SetSeed 5)',
      '0|3|True',
    ],
    ['(1..5 | Get-Random -Shuffle | Sort-Object) -join ","', '1,2,3,4,5'],
    ['"a", "a", "b", "a" | Get-Unique', 'a|b|a'],
    ['"foo bar", "baz" | Select-String ba | ForEach-Object Line', 'foo bar|baz'],
    [
      '("x=1" | Select-String "(\\w)=(\\d)").Matches[0].Groups[2].Value; "a1b2" | Select-String "\\d" -AllMatches | ForEach-Object { $_.Matches.Value }',
      '1|1|2',
    ],
    [
      '"a", "b" | Select-String a -NotMatch -Raw; "a" | Select-String a -Quiet; "a.b" | Select-String "." -SimpleMatch -Raw',
      'b|True|a.b',
    ],
    ['Set-Alias zz Write-Output; zz 5; (Get-Alias zz).Definition', '5|Write-Output'],
    ['Test-Json \'{"a":1}\'; Test-Json "{" -ErrorAction SilentlyContinue', 'True|False'],
    [
      'Invoke-Command { param($a) $a + 1 } -ArgumentList 4; 1..3 | Invoke-Command { $input | ForEach-Object { $_ * 2 } }',
      '5|2|4|6',
    ],
    ['$x = 1; Invoke-Expression \'$x = 5; "ran"\'; $x', 'ran|5'],
    ['Import-Module Dism; Import-Module Other -ErrorAction SilentlyContinue; $Error.Count', '1'],
    ['(New-TimeSpan -Hours 1 -Minutes 30).TotalMinutes; (New-TimeSpan 2024-01-01 2024-01-03).Days', '90|2'],
    ['(New-Guid).GetType().Name; "$(New-Guid -Empty)"', 'Guid|00000000-0000-0000-0000-000000000000'],
    ['Push-Location /; "$PWD"; Pop-Location; "$PWD" -ne "/"', '/|True'],
    ['"b", "A", "a" | Select-Object -Unique; "b", "A", "a" | Select-Object -Unique -CaseInsensitive', 'b|A|a|b|A'],
    ['"a", "b", "a" | Group-Object | ForEach-Object { $_.Values[0] }', 'a|b'],
    ['[pscustomobject]@{ a = 1; b = 2 } | ConvertTo-Csv -QuoteFields a', '"a",b|"1",2'],
    [
      '[pscustomobject]@{ a = 1 } | ConvertTo-Csv -IncludeTypeInformation | Select-Object -First 1',
      '#TYPE System.Management.Automation.PSCustomObject',
    ],
    [
      'Get-Date "2024-05-06 07:08:09" -UFormat "%Y-%m-%d %H:%M:%S %j"; Get-Date -UnixTimeSeconds 0 -AsUTC -Format s',
      '2024-05-06 07:08:09 127|1970-01-01T00:00:00',
    ],
    ['try { Read-Host q } catch { "nobody" }', 'nobody'],
    ['Set-StrictMode -Version Latest; "on"', 'on'],
  ],
  files: [
    [
      '$d = (New-TemporaryFile).DirectoryName; Set-Content $d/a 1, 2; Add-Content $d/a 3; (Get-Content $d/a) -join ","; Copy-Item $d/a $d/b; Move-Item $d/b $d/c; Rename-Item $d/c d.log; (Get-ChildItem $d -Name) -join ","; (Get-Item $d/a).Length; Remove-Item $d -Recurse; Test-Path $d',
      '1,2,3|a,d.log,file.tmp|6|False',
    ],
    [
      '$d = (New-TemporaryFile).DirectoryName; try { Remove-Item $d -ErrorAction Stop } catch { "not empty" }; Remove-Item -Recurse $d; Test-Path $d',
      'not empty|False',
    ],
    [
      '$f = New-TemporaryFile; "é" | Set-Content $f -Encoding unicode; $f.Length; (Get-Item $f).Length; Get-Content $f; (Get-Content $f -Raw).Length; Remove-Item $f.DirectoryName -Recurse',
      '0|6|é|2',
    ],
    [
      '$f = New-TemporaryFile; "é" | Out-File $f -Encoding utf8BOM; (Get-Item $f).Length; Get-Content $f; Get-Content $f -AsByteStream -TotalCount 3 | Out-Null; Remove-Item $f.DirectoryName -Recurse',
      '6|é',
    ],
    [
      '$f = New-TemporaryFile; @{ a = 1 } | Select-Object a | Export-Csv $f -Append; @{ a = 2 } | Select-Object a | Export-Csv $f -Append; (Import-Csv $f).a -join ","; Remove-Item $f.DirectoryName -Recurse',
      '1,2',
    ],
    [
      '$f = New-TemporaryFile; [IO.File]::WriteAllText($f, "x`ny"); [IO.File]::ReadAllLines($f).Count; [IO.File]::Exists($f); (Get-FileHash $f -Algorithm SHA1).Hash; Remove-Item $f.DirectoryName -Recurse',
      '2|True|AF5B2E48BE4C5366F9BAFADDCB4E4FD70815D2E3',
    ],
    [
      '$f = New-TemporaryFile; $n = New-Item "$($f.DirectoryName)/sub/deep.txt" -Force -Value hi; $n.Name; Get-Content $n; (Resolve-Path "$($f.DirectoryName)/*.tmp").Path -eq $f.FullName; Remove-Item $f.DirectoryName -Recurse',
      'deep.txt|hi|True',
    ],
  ],
  'switch -File': [
    [
      '$f = New-TemporaryFile; "a1", "b", "a2" | Set-Content $f; switch -Wildcard -File $f { "a*" { "A $_" } default { "other $_" } }; Remove-Item $f.DirectoryName -Recurse',
      'A a1|other b|A a2',
    ],
    [
      '$f = New-TemporaryFile; "x=1" | Set-Content $f; switch -Regex -File "$f" { "=(\\d)" { $Matches[1] } }; Remove-Item $f.DirectoryName -Recurse',
      '1',
    ],
  ],
  'concurrent work': [
    [
      '$w = [Diagnostics.Stopwatch]::StartNew(); 1..10 | ForEach-Object -Parallel { Start-Sleep -Milliseconds 200 } -ThrottleLimit 10; $w.ElapsedMilliseconds -lt 1900',
      'True',
    ],
    [
      '$log = [System.Collections.ArrayList]::new(); 1..2 | ForEach-Object { $null = $log.Add("in$_"); $_ } | ForEach-Object -Parallel { $null = ($using:log).Add("out$_") } -ThrottleLimit 1; $log[0]',
      'in1',
    ],
    ['1..3 | ForEach-Object -Parallel { $_ * 2 } | Sort-Object', '2|4|6'],
    [
      'try { 1 | ForEach-Object -Parallel { Start-Sleep 30 } -TimeoutSeconds 1 -ErrorAction Stop } catch { "timed out" }',
      'timed out',
    ],
  ],
});
