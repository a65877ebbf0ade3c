namespace Guard.Host.Doctor;

/// <summary>Which of several mail servers on a machine is meant; null for the usual one.</summary>
/// <param name="Postfix">Directory of main.cf and master.cf.</param>
/// <param name="Dovecot">dovecot.conf.</param>
/// <param name="Sendmail">sendmail.cf.</param>
public sealed record MailServerFiles(string? Postfix, string? Dovecot, string? Sendmail);
