using Guard.Actors.Reactions;
using Guard.Actors.Users;
using Guard.Host.Reports.Texts;
using Guard.Messages.Decisions;
using Guard.Messages.Enforcement;
using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Users;
using Xunit;

namespace Guard.Host.Tests.Reports;

/// <summary>What reports say.</summary>
public sealed class TextSpecs
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly Guard.Host.Configuration.ReportMailSettings Settings = new(
        "x",
        25,
        default,
        true,
        "",
        new("", ""),
        "guard@example.net",
        [],
        TimeSpan.FromSeconds(1),
        ""
    );

    public static TheoryData<string, string, Rung> Every
    {
        get
        {
            var all = new TheoryData<string, string, Rung>();
            foreach (var language in ReportTemplates.Languages)
            {
                foreach (var kind in new[] { "", "digest" })
                {
                    foreach (var rung in Enum.GetValues<Rung>())
                        all.Add(language, kind, rung);
                }
            }
            return all;
        }
    }

    [Theory, MemberData(nameof(Every))]
    public async Task Every_text_is_whole_in_every_language(string language, string kind, Rung rung)
    {
        var effects = kind == "digest" ? new[] { Told.Effect(to: rung), Told.Effect(to: rung, user: new UserId("anna@example.com")) } : [Told.Effect(to: rung)];
        var mail = await Told.Composer(Settings, Told.Facts(links: Told.Links()))
            .ComposeAsync(Told.Dispatch(language: language, before: kind, effects: effects), Cancel);
        foreach (var text in new[] { mail.Subject, mail.TextBody, mail.HtmlBody })
        {
            Assert.False(string.IsNullOrWhiteSpace(text));
            Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
            Assert.DoesNotContain("{%", text, StringComparison.Ordinal);
        }
        Assert.All(effects, effect => Assert.Contains(effect.User.Value, mail.TextBody, StringComparison.Ordinal));
        if (language == "de")
            Assert.All(["What ", " until ", "How to", "would be"], english => Assert.DoesNotContain(english, mail.TextBody, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Every))]
    public async Task Every_text_of_a_site_and_of_an_end_is_whole_in_every_language(string language, string kind, Rung rung)
    {
        var site = new SiteId("example.com");
        Effect[] effects =
            kind == "digest"
                ? [Told.Effect(Rung.Normal, rung, Effect.SiteAsUser(site)) with { Site = site }, Told.Ended(Rung.Blocked, rung)]
                : [Told.Effect(Rung.Normal, rung, Effect.SiteAsUser(site)) with { Site = site }];
        foreach (var one in new[] { effects, [Told.Ended(Rung.Blocked, rung)] })
        {
            var mail = await Told.Composer(Settings, Told.Facts(links: Told.Links()))
                .ComposeAsync(Told.Dispatch(language: language, before: kind, effects: one), Cancel);
            foreach (var text in new[] { mail.Subject, mail.TextBody, mail.HtmlBody })
            {
                Assert.False(string.IsNullOrWhiteSpace(text));
                Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
                Assert.DoesNotContain("{%", text, StringComparison.Ordinal);
                Assert.DoesNotContain("@@", text, StringComparison.Ordinal);
            }
            if (language == "de")
                Assert.All(["What ", " until ", "How ", "would be"], english => Assert.DoesNotContain(english, mail.TextBody, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_site_is_told_of_with_what_it_used_what_was_done_and_how_to_end_it()
    {
        var site = new SiteId("example.com");
        var effect = Told.Effect(Rung.Normal, Rung.Restricted, Effect.SiteAsUser(site)) with
        {
            Site = site,
            Address = default,
            Country = "",
            Reasons = [new Reason(ReasonCodes.AccountsAtOnce, 7, 0)],
        };
        var facts = new ReportFacts(
            Told.Enforcing,
            (_, _) => throw new InvalidOperationException("no account is asked"),
            Told.Links(),
            "postmaster@example.net",
            (_, _) => Task.FromResult<SiteStatus?>(Told.SiteStatus)
        );
        var mail = await Told.Composer(Settings, facts).ComposeAsync(Told.Dispatch(effects: effect), Cancel);
        Assert.Equal("[AccountGuard] Site example.com: unusual use", mail.Subject);
        foreach (
            var part in new[]
            {
                "Site example.com\n",
                "normal -> restricted",
                "7 accounts of the site were restricted or worse within an hour",
                "The quotas of all its accounts are held to 10",
                "until 2026-03-05 11:11:12 UTC",
                "How the site stands:",
                "500 of 500 used",
                "info@example.com suspended",
                "accountguard inspect site release example.com",
            }
        )
        {
            Assert.Contains(part, mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("That was", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("accountguard user", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Held_mail_is_told_to_the_admin_with_the_commands_that_send_and_delete_it_and_so_is_what_goes_on()
    {
        var gap = new Reason(ReasonCodes.LockNowhere, 0, 0, 0, LockHold.Sending);
        var status = Told.Status with { HeldMails = 12, Gaps = [gap] };
        var facts = new ReportFacts(Told.Enforcing, (_, _) => Task.FromResult<UserStatus?>(status), null, "");
        var text = (await Told.Composer(Settings, facts).ComposeAsync(Told.Dispatch(), Cancel)).TextBody!;
        Assert.Contains("12 mails of it are held in the queue and stay there until you send or delete them.", text, StringComparison.Ordinal);
        Assert.Contains("accountguard queue release info@example.com", text, StringComparison.Ordinal);
        Assert.Contains("accountguard queue delete info@example.com", text, StringComparison.Ordinal);
        Assert.Contains("locked here, sending goes on: no server asks the guard for it", text, StringComparison.Ordinal);
        var german = (await Told.Composer(Settings, facts).ComposeAsync(Told.Dispatch(language: "de"), Cancel)).TextBody!;
        Assert.Contains("12 Mails von ihm sind in der Warteschlange angehalten", german, StringComparison.Ordinal);
        Assert.Contains("hier gesperrt, das Senden geht weiter", german, StringComparison.Ordinal);
        // Whoever has stolen the mailbox reads nothing of it.
        var user = (await Told.Composer(Settings, facts).ComposeAsync(Told.Dispatch(audience: ReportAudience.Mailbox), Cancel)).TextBody!;
        Assert.DoesNotContain("held in the queue", user, StringComparison.Ordinal);
        Assert.DoesNotContain("goes on", user, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alarm_of_a_lock_that_does_not_hold_says_so_and_speaks_of_no_quota()
    {
        var effect = Told.Effect(Rung.Suspended, Rung.Suspended) with
        {
            Reasons = [new Reason(ReasonCodes.LockNotHeld, 5, 0, 0, "a login to imap"), new Reason(ReasonCodes.DenyFileUnread, 0, 0, 0, "/etc/dovecot/deny")],
        };
        var text = (await Told.Composer(Settings).ComposeAsync(Told.Dispatch(effects: effect), Cancel)).TextBody!;
        Assert.Contains("the lock does not hold: a login to imap, 5 minutes after it was made", text, StringComparison.Ordinal);
        Assert.Contains("Dovecot does not read the deny file /etc/dovecot/deny", text, StringComparison.Ordinal);
        Assert.Contains("It was decided and does not take hold here", text, StringComparison.Ordinal);
        Assert.DoesNotContain("quota", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Rung.Restricted, ReasonCodes.TimeIsUp, "no longer locked|held to 10|absolve|user release|user confirm|That was not me")]
    [InlineData(Rung.Normal, ReasonCodes.TimeIsUp, "no longer locked|Nothing is limited|absolve|!user release|user confirm|That was not me")]
    [InlineData(Rung.Normal, ReasonCodes.Released, "no longer locked|Nothing is limited|!absolve|!user release|user confirm|!That was not me")]
    public async Task An_end_says_what_holds_now_and_how_to_take_it_back(Rung to, string code, string parts)
    {
        var effect = Told.Ended(Rung.Suspended, to) with { Reasons = [new Reason(code, 0, 0)] };
        var mail = await Told.Composer(Settings, Told.Facts(links: Told.Links())).ComposeAsync(Told.Dispatch(before: "m.1.5.5.2", effects: effect), Cancel);
        Assert.Equal("Re: [AccountGuard] info@example.com: unusual use", mail.Subject);
        foreach (var part in parts.Split('|'))
        {
            if (part[0] == '!')
                Assert.DoesNotContain(part[1..], mail.TextBody, StringComparison.Ordinal);
            else
                Assert.Contains(part, mail.TextBody, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string> Codes => [.. typeof(ReasonCodes).GetFields().Select(code => (string)code.GetRawConstantValue()!)];

    [Theory, MemberData(nameof(Codes))]
    public void Every_reason_has_German_words(string code)
    {
        var reason = new Reason(code, 3, 5, 1, "RO");
        var german = ReportWords.Of("de").Reason(reason);
        Assert.NotEqual(code, german);
        Assert.NotEqual(ReasonText.Of(reason), german);
    }

    [Fact]
    public async Task What_is_only_observed_is_told_as_what_would_have_been_done()
    {
        var policies = new Told.Policies(GuardPolicy.Default with { Mode = GuardMode.Observe, Effects = new EffectModes(GuardMode.Enforce, null) });
        var mail = await Told.Composer(Settings, Told.Facts(policies)).ComposeAsync(Told.Dispatch(effects: Told.Effect(to: Rung.Blocked)), Cancel);
        Assert.Contains("The account is locked.", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("would be blocked in the firewall (mode = observe)", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("would be told to refuse", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_name_makes_neither_headers_nor_markup_nor_commands()
    {
        var hostile = new UserId("a<b>\r\nBcc: all@example.com\u001b'; rm -rf /@example.com");
        var mail = await Told.Composer(Settings).ComposeAsync(Told.Dispatch(effects: Told.Effect(user: hostile)), Cancel);
        using var bytes = new MemoryStream();
        await mail.WriteToAsync(bytes, Cancel);
        bytes.Position = 0;
        using var read = await MimeKit.MimeMessage.LoadAsync(bytes, Cancel);
        Assert.Empty(read.Bcc);
        Assert.DoesNotContain(read.Headers, header => header.Field.Equals("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("<b>", read.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', read.TextBody!);
        Assert.Contains("absolve $'a<b>\\u000d\\u000aBcc: all@example.com\\u001b\\'; rm -rf /@example.com'", read.TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anna@example.com")]
    [InlineData("hans müller@example.com")]
    [InlineData("o'neil $(reboot) `id` \"x\" \\ & ; | > @example.com")]
    [InlineData("-rf@example.com")]
    [InlineData("line\nbreak\u202e\u001b[31m'@example.com")]
    public async Task Each_command_of_a_report_can_be_pasted_and_names_the_account_that_it_is_about(string name)
    {
        var mail = await Told.Composer(Settings).ComposeAsync(Told.Dispatch(effects: Told.Effect(user: new UserId(name))), Cancel);
        var commands = mail.TextBody!.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("accountguard user ", StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(commands);
        foreach (var command in commands)
        {
            using var shell = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("bash", ["-c", $"accountguard() {{ printf '%s' \"${{@: -1}}\"; }}\n{command}"])
                {
                    RedirectStandardOutput = true,
                    StandardOutputEncoding = System.Text.Encoding.UTF8,
                    Environment = { ["LC_ALL"] = "C.UTF-8" },
                }
            )!;
            Assert.Equal(name, await shell.StandardOutput.ReadToEndAsync(Cancel));
            await shell.WaitForExitAsync(Cancel);
        }
    }

    [Theory]
    [InlineData(ReportAudience.Admin, true, true, true)]
    [InlineData(ReportAudience.Owner, true, true, false)]
    [InlineData(ReportAudience.User, true, true, false)]
    [InlineData(ReportAudience.Mailbox, false, true, false)]
    public async Task The_account_s_own_mailbox_gets_no_link_that_releases_and_only_admins_get_commands(
        ReportAudience audience,
        bool wasMe,
        bool wasNotMe,
        bool commands
    )
    {
        var mail = await Told.Composer(Settings, Told.Facts(links: Told.Links())).ComposeAsync(Told.Dispatch(audience: audience), Cancel);
        Assert.Equal(
            (wasMe, wasNotMe, commands),
            (
                mail.TextBody!.Contains("That was me", StringComparison.Ordinal),
                mail.TextBody!.Contains("That was not me", StringComparison.Ordinal),
                mail.TextBody!.Contains("accountguard user", StringComparison.Ordinal)
            )
        );
    }

    [Fact]
    public async Task An_admin_s_own_template_goes_before_and_a_broken_one_does_not_silence_reports()
    {
        var directory = Directory.CreateTempSubdirectory("accountguard-templates").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(directory, "en"));
            var file = Path.Combine(directory, "en", "incident.subject.liquid");
            await File.WriteAllTextAsync(file, "Stolen? {{ user }} {{ count }}", Cancel);
            var complaints = new List<string>();
            var composer = Told.Composer(Settings, templates: directory, complaints: complaints);
            Assert.Equal("Stolen? info@example.com 1", (await composer.ComposeAsync(Told.Dispatch(), Cancel)).Subject);
            Assert.Equal(
                "[AccountGuard] info@example.com: ungewöhnliche Benutzung",
                (await composer.ComposeAsync(Told.Dispatch(language: "de"), Cancel)).Subject
            );
            await File.WriteAllTextAsync(file, "{% if user %} broken", Cancel);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(1));
            Assert.Equal("[AccountGuard] info@example.com: unusual use", (await composer.ComposeAsync(Told.Dispatch(), Cancel)).Subject);
            Assert.Contains("incident.subject.liquid", Assert.Single(complaints), StringComparison.Ordinal);
            Assert.Single(new ReportTemplates(directory, _ => { }).Faults());
            await File.WriteAllTextAsync(file, "{% for a in (1..1000000) %}{{ a }}{% endfor %}", Cancel);
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(2));
            Assert.Equal("[AccountGuard] info@example.com: unusual use", (await composer.ComposeAsync(Told.Dispatch(), Cancel)).Subject);
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }
}
