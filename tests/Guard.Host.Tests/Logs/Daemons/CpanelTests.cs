using Xunit;

namespace Guard.Host.Tests.Logs.Daemons;

/// <summary>cPanel's login_log and session_log.</summary>
public sealed class CpanelTests
{
    private const string Stamp = "[2026-11-24 02:14:15 +0000] info ";
    private const string Request = "\"POST /login/?login_only=1 HTTP/1.1\" ";

    [Theory]
    [InlineData(Stamp + "[webmaild] 192.0.2.7 - anna@example.com - SUCCESS LOGIN webmaild", "Web Succeeded anna@example.com 192.0.2.7")]
    [InlineData(Stamp + "[cpsrvd] 2001:db8::7 - anna - SUCCESS LOGIN cpaneld", "Web Succeeded anna@example.com 2001:db8::7")]
    [InlineData(Stamp + "[cpsrvd] 192.0.2.7 - anna@example.com (possessor: bert) - SUCCESS LOGIN webmaild", LineTable.Nothing)]
    [InlineData(
        Stamp + "[webmaild] 192.0.2.7 - anna@example.com " + Request + "FAILED LOGIN webmaild: user password incorrect",
        "Web WrongPassword anna@example.com 192.0.2.7"
    )]
    [InlineData(
        Stamp + "[cpaneld] 192.0.2.7 - bert " + Request + "FAILED LOGIN cpaneld: invalid cpanel user bert (loadcpdata failed)",
        "Web UnknownUser bert@example.com 192.0.2.7"
    )]
    [InlineData(Stamp + "[whostmgrd] 192.0.2.7 - - " + Request + "FAILED LOGIN whostmgrd: login attempt without username", "Web UnknownUser  192.0.2.7")]
    [InlineData(
        Stamp + "[cpaneld] 192.0.2.7 - anna " + Request + "FAILED LOGIN cpaneld: brute force attempt (user anna) has locked out IP 192.0.2.7",
        "Web Refused anna@example.com 192.0.2.7"
    )]
    [InlineData(Stamp + "[cpaneld] 192.0.2.7 - anna " + Request + "DEFERRED LOGIN cpaneld: security token missing", LineTable.Nothing)]
    [InlineData(
        Stamp
            + "[webmaild] 192.0.2.7 NEW anna@example.com:XImQ address=192.0.2.7,app=webmaild,creator=anna@example.com,method=handle_form_login,path=form,possessed=0",
        "Web Succeeded anna@example.com 192.0.2.7"
    )]
    [InlineData(
        Stamp + "[webmaild] 192.0.2.7 NEW anna@example.com:XImQ address=192.0.2.7,app=webmaild,creator=root,method=create_user_session,path=form,possessed=1",
        LineTable.Nothing
    )]
    [InlineData(Stamp + "[cpsrvd] 192.0.2.7 PURGE anna:Nmm4 logout", LineTable.Nothing)]
    public void Logins_are_told_by_both_logs(string lines, string expected) => LineTable.Check(lines, expected);

    [Theory]
    [InlineData(
        Stamp + "[cpaneld] 192.0.2.7 - v - SUCCESS LOGIN webmaild " + Request + "FAILED LOGIN cpaneld: invalid cpanel user v",
        "Web UnknownUser  192.0.2.7"
    )]
    [InlineData(
        Stamp + "[cpaneld] 192.0.2.7 - anna \"GET / HTTP/1.1\" FAILED LOGIN cpaneld: x " + Request + "FAILED LOGIN cpaneld: user password incorrect",
        "Web WrongPassword  192.0.2.7"
    )]
    [InlineData(Stamp + "[cpaneld] 192.0.2.7 - x \"anna\" " + Request + "FAILED LOGIN cpaneld: user password incorrect", "Web WrongPassword  192.0.2.7")]
    [InlineData(
        Stamp + "[cpaneld] 192.0.2.7 - v \"GET /\" FAILED LOGIN webmaild: x HTTP/1.1\" DEFERRED LOGIN cpaneld: security token missing",
        LineTable.Unknown
    )]
    [InlineData(Stamp + "[cpaneld] anna - 6.6.6.6 - SUCCESS LOGIN webmaild", LineTable.Nothing)]
    public void Names_and_requests_are_strangers_text(string lines, string expected) => LineTable.Check(lines, expected);
}
