namespace Guard.Messages.Policies;

/// <summary>Who is told of what happens to an account.</summary>
/// <param name="Admin">Mail to the host's admins.</param>
/// <param name="Owner">Mail to the site's owner.</param>
/// <param name="User">Mail to the account's user.</param>
/// <param name="Webhook">An event to the host's webhooks.</param>
/// <param name="Abuse">An abuse report about the address.</param>
/// <param name="Links">Whether mails carry links to answer with, where the host has them.</param>
/// <param name="FromRung">Milder reactions are only logged.</param>
/// <param name="OwnerAddress">The owner's mailbox, or several with commas.</param>
/// <param name="UserAddress">Where the user reads mail besides the account itself; empty: the account's own mailbox.</param>
/// <param name="Language"><c>en</c> or <c>de</c>.</param>
public sealed record ReportPolicy(
    bool Admin,
    bool Owner,
    bool User,
    bool Webhook,
    bool Abuse,
    bool Links,
    Rung FromRung,
    string OwnerAddress,
    string UserAddress,
    string Language
)
{
    public static ReportPolicy Default { get; } = new(true, false, false, true, false, true, Rung.Reported, "", "", "en");
}
