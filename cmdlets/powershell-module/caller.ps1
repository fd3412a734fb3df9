# The opendism command: $env:OPENDISM_COMMAND, or the one on the path.
function Get-OpenDismCommand {
  if ($env:OPENDISM_COMMAND) { $env:OPENDISM_COMMAND } else { 'opendism' }
}

# Bound parameters as plain data: without those of PowerShell itself, switches as booleans, dates as text.
function ConvertTo-OpenDismParameter {
  param($Bound)
  $common = @(
    'Verbose', 'Debug', 'ErrorAction', 'WarningAction', 'InformationAction', 'ProgressAction', 'ErrorVariable'
    'WarningVariable', 'InformationVariable', 'OutVariable', 'OutBuffer', 'PipelineVariable', 'WhatIf', 'Confirm'
  )
  $plain = @{}
  foreach ($key in @($Bound.Keys)) {
    if ($common -contains $key) { continue }
    $value = $Bound[$key]
    if ($value -is [switch]) { $value = [bool]$value }
    if ($value -is [datetime]) { $value = $value.ToString('o') }
    $plain[$key] = $value
  }
  $plain
}

# What a call works on, for whoever is asked to confirm it.
function Get-OpenDismTarget {
  param($Fixed, $Records)
  foreach ($bound in @($Fixed) + @($Records)) {
    foreach ($name in 'Path', 'ImagePath', 'DestinationImagePath', 'HivePath') {
      if ($bound.ContainsKey($name)) { return $bound[$name] }
    }
  }
  'the arguments given'
}

# How far a long operation is, from the command's line about it.
function Write-OpenDismProgress {
  param([string]$Line)
  $progress = ConvertFrom-Json -InputObject $Line
  if ($progress.Completed) {
    Write-Progress -Activity $progress.Activity -Completed
    return
  }
  $percent = -1
  if ($progress.TotalBytes) { $percent = 100 * $progress.CompletedBytes / $progress.TotalBytes }
  elseif ($progress.TotalItems) { $percent = 100 * $progress.CompletedItems / $progress.TotalItems }
  $percent = [math]::Min(100, [math]::Floor($percent))
  Write-Progress -Activity $progress.Activity -Status "$($progress.Phase) " -PercentComplete $percent
}

# An error of the command as Microsoft's module has them: an exception with the HRESULT, not terminating.
function Write-OpenDismError {
  param($Failure, $OnError)
  $shared = @{
    Exception = [System.Runtime.InteropServices.COMException]::new($Failure.Message, $Failure.HResult)
    ErrorId = $Failure.Id
    Category = $Failure.Category
    TargetObject = $Failure.Target
  }
  Write-Error @shared -ErrorAction $OnError
}

# A record of the command under the name of its type.
function ConvertTo-OpenDismRecord {
  param([string]$Line, [string]$Type)
  $record = ConvertFrom-Json -InputObject $Line
  if ($Type -and $null -ne $record) { $record.PSObject.TypeNames.Insert(0, $Type) }
  $record
}

# One line of the command's standard error as the message it is.
function Write-OpenDismMessage {
  param([string]$Line, $OnError)
  switch -Regex ($Line) {
    '^\{"Kind":"Progress"' { Write-OpenDismProgress $Line; return }
    '^\{"Kind":"Error"' { Write-OpenDismError (ConvertFrom-Json -InputObject $Line) $OnError; return }
    '^WARNING: ' { Write-Warning $Line.Substring(9); return }
    '^VERBOSE: ' { Write-Verbose $Line.Substring(9) -Verbose; return }
    '^DEBUG: ' { Write-Debug $Line.Substring(7) -Debug; return }
    '^What if: ' { Write-Host $Line; return }
    '^\s*$' { return }
    default { Write-Error -Message $Line -ErrorAction $OnError }
  }
}

# Calls one cmdlet of the command. What the pipeline bound goes along as records, so that it is one call; where a
# cmdlet takes whole records rather than their properties, each record is a call of its own.
function Invoke-OpenDism {
  param($Name, $Type, $Fixed, $Records, $FromPipeline, $Separate, $WhatIfValue, $ShowVerbose, $OnError)
  if (-not $FromPipeline) { $Fixed = $Records[0] }
  if ($WhatIfValue) { $Fixed['WhatIf'] = $true }
  if ($ShowVerbose) { $Fixed['Verbose'] = $true }
  $request = ConvertTo-Json -InputObject @{ Fixed = $Fixed; Records = @($Records) } -Depth 10 -Compress
  $call = "$Name @fixed"
  if ($FromPipeline) { $call = '$request.Records | ForEach-Object { [pscustomobject]$_ } | ' + $call }
  if ($FromPipeline -and $Separate) { $call = "foreach (`$record in `$request.Records) { $Name @record }" }
  $script = @(
    '$request = @'''
    $request
    '''@ | ConvertFrom-Json -AsHashtable'
    '$fixed = $request.Fixed'
    $call
  ) -join "`n"
  $ErrorActionPreference = 'Continue'
  $PSNativeCommandUseErrorActionPreference = $false
  $command = Get-OpenDismCommand
  $options = '-OutputFormat', 'Json', '-Progress', 'Json', '-ErrorFormat', 'Json', '-NonInteractive', '-'
  $script | & $command $options 2>&1 | ForEach-Object {
    if ($_ -is [System.Management.Automation.ErrorRecord]) { Write-OpenDismMessage "$_" $OnError }
    else { ConvertTo-OpenDismRecord $_ $Type }
  }
}
