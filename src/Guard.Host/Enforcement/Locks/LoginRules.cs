using Guard.Host.Configuration;
using Guard.Host.Intake;
using Guard.Host.Intake.Logs;
using Guard.Host.Intake.Logs.Names;

namespace Guard.Host.Enforcement.Locks;

/// <summary>What the guard makes of a login name, with the virtual map as it is now.</summary>
public sealed record LoginRules(UserNameRules Names, VirtualMap Map);

/// <summary>
/// Reads the virtual map again when it changes. One that cannot be read takes no lock away: accounts are then known by what they were known by.
/// </summary>
internal sealed class LoginRulesFile
{
    private readonly Lock _gate = new();
    private readonly VirtualMapSource? _source;
    private LoginRules _rules;

    /// <exception cref="FormatException">The map cannot be read at the start.</exception>
    public LoginRulesFile(LogIntakeSettings settings)
    {
        _source = UserNames.MapOf(settings);
        var map = _source?.Read() ?? VirtualMap.Empty;
        var names = new UserNameRules(settings.DefaultDomain, settings.SystemDomain, settings.FoldCase, map, settings.RecipientDelimiter, _source);
        _rules = new LoginRules(names, map);
    }

    public LoginRules Current
    {
        get
        {
            lock (_gate)
            {
                if (_source is not { Changed: true } source)
                    return _rules;
                try
                {
                    var map = source.Read();
                    _rules.Names.Take(map, source);
                    return _rules = _rules with { Map = map };
                }
                catch (FormatException)
                {
                    return _rules;
                }
            }
        }
    }
}
