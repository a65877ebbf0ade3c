namespace Guard.Host.Intake.Logs;

/// <summary>What became of a line.</summary>
public enum LineResult
{
    /// <summary>It yielded an observation, or took part in one.</summary>
    Observed,

    /// <summary>A line of a known daemon, of a shape that is known to tell of no login, submission or fate.</summary>
    Nothing,

    /// <summary>A line of a known daemon, of a shape that is not known, or damaged.</summary>
    Unknown,

    /// <summary>A line of no daemon that is known.</summary>
    Foreign,
}
