namespace Guard.Host.Configuration;

/// <summary>A mistake in the configuration: where, which key, what is wrong and what was expected.</summary>
/// <param name="Line">From 1; 0 when the key came from elsewhere than a file.</param>
public sealed record ConfigurationFault(string File, int Line, string Key, string Problem, string Expected)
{
    public override string ToString() => $"{File}{(Line > 0 ? $":{Line}" : "")}: {Key}: {Problem}; expected {Expected}";
}
