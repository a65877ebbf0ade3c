using Guard.Bench.Detection.World;

namespace Guard.Bench.Detection.Life;

/// <summary>How people reach their mail.</summary>
public sealed record AccessKnobs
{
    /// <summary>Share of home lines whose address changes every day: forced daily reconnects are still usual with some large providers.</summary>
    public double DailyLease { get; init; } = 0.35;

    /// <summary>Days between changes for the others: routers restart, providers renumber.</summary>
    public Span LeaseDays { get; init; } = new(7, 60);

    /// <summary>Bits of the pool that dynamic addresses come from: regions have a /16 to a /14.</summary>
    public Span PoolBits { get; init; } = new(16, 18);

    /// <summary>Share of home lines and carriers' customers that use IPv6: about half of the traffic in Europe.</summary>
    public double SixShare { get; init; } = 0.4;

    /// <summary>Public addresses of one carrier's NAT in one country, and hours a phone keeps one.</summary>
    public int CarrierExits { get; init; } = 48;

    public int CarrierHours { get; init; } = 3;

    /// <summary>Share of a phone's time on Wi-Fi at home or in the office rather than on the carrier.</summary>
    public double PhoneOnWifi { get; init; } = 0.6;

    /// <summary>Share of persons who use a commercial VPN, for most of their sessions.</summary>
    public double VpnPersons { get; init; } = 0.03;

    public double VpnSessions { get; init; } = 0.7;

    /// <summary>Chance per day that a VPN user picks another country than the usual exit.</summary>
    public double VpnOtherCountry { get; init; } = 0.12;

    /// <summary>Exit addresses of a VPN provider in a country.</summary>
    public int VpnExits { get; init; } = 24;

    /// <summary>Chance per person over 120 days of a change of provider: contracts last about two years.</summary>
    public double ProviderChange { get; init; } = 0.10;

    /// <summary>Chance per day to sit in a café or at a customer's: a fixed address of another network in the own country.</summary>
    public double Elsewhere { get; init; } = 0.03;

    /// <summary>Chance of an office worker per weekday to work from home.</summary>
    public double HomeOffice { get; init; } = 0.15;

    /// <summary>Share of persons whose providers give each connection another address out of a pool of many /24s.</summary>
    public double PerConnection { get; init; }

    /// <summary>Share of persons behind a privacy relay: most sessions come from some address of a few networks in the own country.</summary>
    public double Relays { get; init; }

    /// <summary>Share of persons who read and write in the web mail of the server itself, for most of their sessions.</summary>
    public double Webmail { get; init; }

    /// <summary>Minutes between polls of a poller and the weight of each: every minute is rare and loud.</summary>
    public IReadOnlyList<(int Minutes, double Weight)> PollMinutes { get; init; } = [(1, 0.08), (5, 0.42), (15, 0.5)];

    /// <summary>Share of pollers that run day and night; the others while the computer is on.</summary>
    public double PollAtNight { get; init; } = 0.4;
}

/// <summary>Journeys and absence.</summary>
public sealed record TravelKnobs
{
    /// <summary>Journeys per person in 120 days, and of travellers by profession.</summary>
    public double Trips { get; init; } = 0.45;

    public double TravellerTrips { get; init; } = 5;

    /// <summary>Days of a private journey and of a business trip.</summary>
    public Span PrivateDays { get; init; } = new(4, 18);

    public Span BusinessDays { get; init; } = new(1, 5);

    /// <summary>Share of normal activity on a private journey: people read, and write less.</summary>
    public double ActivityOnHoliday { get; init; } = 0.5;

    /// <summary>Share of journeys whose phone is routed home by its carrier: roaming within Europe usually is.</summary>
    public double HomeRouted { get; init; } = 0.5;

    /// <summary>Kilometres an hour on the way and hours besides for getting to an airport and from one: on the first day of a journey and the first one back
    /// nobody reads mail before having arrived.</summary>
    public double WaySpeed { get; init; } = 750;

    public double WayHours { get; init; } = 3;

    /// <summary>Local hour at which people set out at the earliest.</summary>
    public double SetOut { get; init; } = 5;

    /// <summary>Days in one hotel before the next.</summary>
    public Span HotelDays { get; init; } = new(1, 6);

    /// <summary>Chance of an absence without any mail in 120 days, and its days.</summary>
    public double Absence { get; init; } = 0.4;

    public Span AbsenceDays { get; init; } = new(3, 21);
}

/// <summary>What is sent.</summary>
public sealed record SendingKnobs
{
    /// <summary>Spread of persons' and days' amounts around the median, as the sigma of a log-normal.</summary>
    public double PersonSpread { get; init; } = 0.6;

    public double DaySpread { get; init; } = 0.5;

    /// <summary>Mean recipients beyond the first of an ordinary mail.</summary>
    public double MoreRecipients { get; init; } = 0.4;

    /// <summary>Chance that a mail goes to a group, and its recipients: invitations, minutes, clubs.</summary>
    public double GroupMail { get; init; } = 0.015;

    public Span GroupRecipients { get; init; } = new(8, 40);

    /// <summary>Share of recipients of ordinary mail that do not exist: typing errors and people who left.</summary>
    public double Unknown { get; init; } = 0.008;

    /// <summary>Chance, per line and day, that mail is sent from where the mailbox was not opened before: programs fetch when they start and when the network
    /// changes; scanners and scripts only send.</summary>
    public double Unopened { get; init; } = 0.02;

    /// <summary>People an account writes to, and the share of recipients who are new.</summary>
    public Span Contacts { get; init; } = new(20, 120);

    public double Strangers { get; init; } = 0.1;

    /// <summary>Share of mails under another sender's address of one's own: aliases and roles.</summary>
    public double Aliases { get; init; } = 0.02;

    /// <summary>Share of invoices to customers who were never written to.</summary>
    public double NewCustomers { get; init; } = 0.15;

    /// <summary>Times the amounts of every person.</summary>
    public double Amounts { get; init; } = 1;

    /// <summary>Share of mails written on the phone.</summary>
    public double FromPhone { get; init; } = 0.25;

    /// <summary>Median recipients of a newsletter and its spread: a few hundred to several thousand.</summary>
    public double NewsletterMedian { get; init; } = 1200;

    public double NewsletterSpread { get; init; } = 0.7;

    /// <summary>Share of newsletters sent weekly; the others monthly.</summary>
    public double WeeklyNewsletter { get; init; } = 0.4;

    /// <summary>Share of newsletters sent one mail per recipient, a few per second; the others in batches of fifty.</summary>
    public double NewsletterSingly { get; init; } = 0.5;

    /// <summary>Share of a newsletter's recipients that do not exist: lists age.</summary>
    public double NewsletterUnknown { get; init; } = 0.02;

    /// <summary>Invoices at the end of a month.</summary>
    public Span Invoices { get; init; } = new(40, 250);

    /// <summary>Median mails a day of a web application: orders and notices.</summary>
    public double ApplicationMails { get; init; } = 40;

    /// <summary>Chance per day that an application sends five times as much: a sale, a reminder.</summary>
    public double ApplicationRush { get; init; } = 0.02;
}

/// <summary>Who shares a site and a role.</summary>
public sealed record SiteKnobs
{
    /// <summary>Accounts of one site.</summary>
    public int Accounts { get; init; } = 20;

    /// <summary>Persons of a role, and the share of the second and further ones who sit in another country.</summary>
    public Span RolePersons { get; init; } = new(2, 4);

    public double RolesAbroad { get; init; } = 0.5;

    /// <summary>Times the share of roles among accounts.</summary>
    public double Roles { get; init; } = 1;
}

/// <summary>What goes wrong without any thief.</summary>
public sealed record TroubleKnobs
{
    /// <summary>Chance per person and active day to mistype or forget the password, and the failures that come of it.</summary>
    public double Forgotten { get; init; } = 0.006;

    public Span ForgottenFailures { get; init; } = new(2, 14);

    /// <summary>Chance per person in 120 days that the password is changed and an old device goes on with the former one for days.</summary>
    public double OldDevice { get; init; } = 0.06;

    public Span OldDeviceDays { get; init; } = new(1, 6);

    /// <summary>Minutes between its attempts.</summary>
    public Span OldDeviceMinutes { get; init; } = new(5, 30);

    /// <summary>Strangers' guesses per account and day: dictionary attacks on every server.</summary>
    public double Guesses { get; init; } = 0.4;

    /// <summary>Chance of a site in 120 days to move to another office with another line.</summary>
    public double OfficeMoves { get; init; } = 0.12;

    /// <summary>Share of accounts that first appear while the log runs.</summary>
    public double NewAccounts { get; init; } = 0.15;

    /// <summary>Days that a dormant account sleeps before it wakes.</summary>
    public Span DormantDays { get; init; } = new(35, 75);
}

/// <summary>Every setting of ordinary life.</summary>
public sealed record LifeKnobs
{
    public static LifeKnobs Default { get; } = new();

    /// <summary>The web mail runs on the mail server itself, so that its users come from 127.0.0.1.</summary>
    public bool WebmailOnLoopback { get; init; }

    public AccessKnobs Access { get; init; } = new();

    public TravelKnobs Travel { get; init; } = new();

    public SendingKnobs Sending { get; init; } = new();

    public TroubleKnobs Trouble { get; init; } = new();

    public SiteKnobs Sites { get; init; } = new();
}
