namespace Guard.Host.Configuration.Hocon;

/// <summary>A text that is no HOCON; reading its file ends here.</summary>
internal sealed class SyntaxException(ConfigurationFault fault) : Exception(fault.ToString())
{
    public ConfigurationFault Fault { get; } = fault;
}
