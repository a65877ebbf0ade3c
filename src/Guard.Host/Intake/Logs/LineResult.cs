namespace Guard.Host.Intake.Logs;

/// <summary>What became of a line.</summary>
public enum LineResult
{
    /// <summary>It yielded an observation, or took part in one.</summary>
    Observed,

    /// <summary>A line of a known daemon without an observation, or of a daemon that is not known.</summary>
    Ignored,

    /// <summary>It looked like an observation of a known daemon and could not be read.</summary>
    Unparsed,
}
