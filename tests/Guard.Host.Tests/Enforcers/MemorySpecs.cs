using System.Text;
using Guard.Actors.Policies.Geography;
using Guard.Host.Enforcement;
using Guard.Host.Enforcement.Memory;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Places;
using Xunit;

namespace Guard.Host.Tests.Enforcers;

/// <summary>What enforcement remembers of what was observed, over the end of the process.</summary>
public sealed class MemorySpecs : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly NetworkAddress Office = NetworkAddress.Parse("203.0.113.9");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("accountguard-memory");

    public void Dispose() => _directory.Delete(true);

    private static Login Login(string user, string address, DateTimeOffset at) =>
        new(
            new UserId(user),
            at,
            new Place(NetworkAddress.Parse(address), AddressKind.Public, "GB"),
            ObservationOrigin.None,
            Service.Imap,
            LoginOutcome.Succeeded
        );

    private static Submission Submission(string user, string id) => new(new UserId(user), Now, Place.None, ObservationOrigin.None, 1, 100, id);

    private static AddressCompany Again(AddressCompany company, DateTimeOffset now)
    {
        using var file = new MemoryStream();
        company.Save(file);
        file.Position = 0;
        var again = new AddressCompany();
        again.Load(file, now);
        return again;
    }

    [Fact]
    public void Who_is_at_home_behind_an_address_is_known_after_a_restart_until_he_stays_away_for_long()
    {
        var company = new AddressCompany();
        company.See(Login("anna@example.com", "203.0.113.9", Now.AddDays(-3)));
        company.See(Login("anna@example.com", "203.0.113.9", Now));
        company.See(Login("thief@example.com", "203.0.113.9", Now));
        Assert.Equal((2, 1), Again(company, Now).Behind(Office));
        var later = Again(Again(company, Now), Now.AddDays(61));
        Assert.Equal((0, 0), later.Behind(Office));
    }

    [Fact]
    public void Who_logged_in_from_any_64_of_a_prefix_is_behind_the_prefix()
    {
        var company = new AddressCompany();
        company.See(Login("anna@example.com", "2001:db8:7:4201::1", Now.AddDays(-3)));
        company.See(Login("anna@example.com", "2001:db8:7:4201::2", Now));
        company.See(Login("bert@example.com", "2001:db8:7:ff::1", Now));
        company.See(Login("carl@example.com", "203.0.113.9", Now));
        (int, int) Of(string text) => NetworkPrefix.TryParse(text, out var prefix) ? company.Within(prefix) : default;
        Assert.Equal(
            [(2, 1), (1, 1), (1, 0), (0, 0)],
            new[] { Of("2001:db8:7::/48"), Of("2001:db8:7:4200::/56"), Of("2001:db8:7::/56"), Of("2001:db8:8::/48") }
        );
    }

    [Fact]
    public void A_customer_of_ipv6_is_known_by_his_64_bits_as_he_is_blocked()
    {
        var company = new AddressCompany();
        company.See(Login("anna@example.com", "2001:db8::1", Now.AddDays(-3)));
        company.See(Login("anna@example.com", "2001:db8::aaaa:2", Now));
        Assert.Equal((1, 1), Again(company, Now).Behind(NetworkAddress.Parse("2001:db8::")));
    }

    [Fact]
    public void A_damaged_file_is_said_to_be_one_and_what_could_be_read_stays()
    {
        var company = new AddressCompany();
        company.See(Login("anna@example.com", "203.0.113.9", Now));
        company.See(Login("anna@example.com", "203.0.113.10", Now));
        using var file = new MemoryStream();
        company.Save(file);
        var again = new AddressCompany();
        Assert.Throws<InvalidDataException>(() => again.Load(new MemoryStream(file.ToArray()[..^5]), Now));
        Assert.Equal((1, 0), again.Behind(Office));
        Assert.Throws<InvalidDataException>(() => again.Load(new MemoryStream(Encoding.UTF8.GetBytes("no such file at all")), Now));
    }

    [Fact]
    public void The_ids_of_submissions_outlive_the_process_and_their_number_is_bounded()
    {
        var info = new UserId("info@example.com");
        using (var memory = new SubmissionMemory(_directory.FullName, most: 10))
        {
            memory.See(Submission("info@example.com", "6APAALYC006777"));
            memory.See(Submission("info@example.com", "6APAALYC006777"));
            memory.See(Submission("info@example.com", "not an id"));
            memory.See(Submission("anna@example.com", "6APAALVp006819"));
            memory.Flush();
            // As after a kill: the file is read while the other still has it.
            File.Copy(Path.Combine(_directory.FullName, "submissions"), Path.Combine(_directory.CreateSubdirectory("copy").FullName, "submissions"));
        }
        using (var copy = new SubmissionMemory(Path.Combine(_directory.FullName, "copy")))
            Assert.Equal(["6APAALYC006777"], copy.Of(info));
        using (var memory = new SubmissionMemory(_directory.FullName, most: 10))
        {
            for (var i = 0; i < 35; i++)
                memory.See(Submission("busy@example.com", $"6APAALYC1{i:00000}"));
            Assert.Empty(memory.Of(info));
            Assert.InRange(memory.Of(new UserId("busy@example.com")).Count, 10, 20);
        }
        using var after = new SubmissionMemory(_directory.FullName, most: 10);
        Assert.InRange(after.Of(new UserId("busy@example.com")).Count, 10, 20);
    }

    [Fact]
    public void Addresses_of_sessions_of_root_and_of_who_may_become_it_are_admins_and_a_customers_is_not()
    {
        var sessions = Path.Combine(_directory.FullName, "utmp");
        var groups = Path.Combine(_directory.FullName, "group");
        File.WriteAllText(groups, "root:x:0:\nsudo:x:27:carol\nusers:x:100:mallory\n");
        File.WriteAllBytes(
            sessions,
            [
                .. Session(7, "root", "203.0.113.1"),
                .. Session(7, "carol", "2001:db8::7"),
                .. Session(7, "mallory", "203.0.113.3"),
                .. Session(8, "root", "203.0.113.4"),
            ]
        );
        using var admins = new AdminAddresses(sessions, groups, keepLooking: false);
        Assert.Equal(["2001:db8::/64", "203.0.113.1/32"], admins.Addresses.Select(one => one.ToString()).Order(StringComparer.Ordinal));
        File.Delete(sessions);
        admins.Refresh();
        Assert.Empty(admins.Addresses);
    }

    private static byte[] Session(short type, string user, string address)
    {
        var record = new byte[384];
        BitConverter.GetBytes(type).CopyTo(record, 0);
        Encoding.ASCII.GetBytes(user).CopyTo(record, 44);
        NetworkAddress.Parse(address).ToBytes().CopyTo(record, 348);
        return record;
    }
}
