namespace Guard.Bench.Detection.Life;

/// <summary>Something in an owner's life that could be mistaken for a thief.</summary>
/// <param name="Cause">A lasting short name such as <c>travel</c>.</param>
/// <param name="From">First day.</param>
/// <param name="To">Day behind the last.</param>
public readonly record struct LifeEvent(string Cause, int From, int To);

/// <summary>The names of causes, the most telling first: when several are going on, the first explains an alarm.</summary>
public static class LifeCauses
{
    public const string Newsletter = "newsletter";
    public const string Invoices = "month-end invoices";
    public const string OldDevice = "old device";
    public const string Forgotten = "forgotten password";
    public const string Travel = "travel";
    public const string Vpn = "vpn";
    public const string ProviderChange = "provider change";
    public const string OfficeMove = "office move";
    public const string Wake = "dormant wakes";
    public const string BruteForce = "guessed at";
    public const string NewAccount = "new account";

    public static IReadOnlyList<string> InOrder { get; } =
    [Newsletter, Invoices, OldDevice, Forgotten, Travel, Vpn, ProviderChange, OfficeMove, Wake, BruteForce, NewAccount];
}
