using Guard.Messages.Identity;
using Guard.Messages.Policies;
using Guard.Messages.Sites;
using Guard.Messages.Wire;
using static Guard.Actors.Serialization.BasicWire;

namespace Guard.Actors.Serialization;

/// <summary>The talk between users and their sites.</summary>
internal static class LeaseWire
{
    public static RequestLeaseRecord Write(SiteCommands.RequestLease request)
    {
        var record = new RequestLeaseRecord
        {
            Site = request.Site.Value,
            User = request.User.Value,
            RequestId = request.RequestId,
            At = Time(request.At),
            ReturnsLeaseId = request.ReturnsLeaseId,
            Question = request.IsQuestion,
            Branch = request.Branch,
        };
        BasicWire.Write(request.Needs, record.Needs);
        BasicWire.Write(request.Returns, record.Returns);
        return record;
    }

    public static SiteCommands.RequestLease Read(RequestLeaseRecord record) =>
        new(
            new SiteId(record.Site),
            new UserId(record.User),
            record.RequestId,
            Time(record.At),
            BasicWire.Read(record.Needs),
            record.ReturnsLeaseId,
            BasicWire.Read(record.Returns)
        )
        {
            IsQuestion = record.Question,
            Branch = record.Branch,
        };

    public static ReturnLeaseRecord Write(SiteCommands.ReturnLease returned)
    {
        var record = new ReturnLeaseRecord
        {
            Site = returned.Site.Value,
            User = returned.User.Value,
            LeaseId = returned.LeaseId,
            Leaving = returned.Leaving,
            Branch = returned.Branch,
        };
        BasicWire.Write(returned.Left, record.Left);
        return record;
    }

    public static SiteCommands.ReturnLease Read(ReturnLeaseRecord record) =>
        new(new SiteId(record.Site), new UserId(record.User), record.LeaseId, BasicWire.Read(record.Left), record.Leaving) { Branch = record.Branch };

    public static LeaseGrantedRecord Write(LeaseGranted granted)
    {
        var record = new LeaseGrantedRecord
        {
            Site = granted.Site.Value,
            User = granted.User.Value,
            RequestId = granted.RequestId,
            LeaseId = granted.LeaseId,
            Expires = Time(granted.Expires),
            PolicyVersion = granted.PolicyVersion,
            Policy = PolicyWire.Write(granted.Policy),
            SitePolicy = PolicyWire.Write(granted.SitePolicy),
            SiteRung = (int)granted.SiteRung,
            SiteUntil = granted.SiteUntil,
            SiteSince = granted.SiteSince,
            Prior = PatternsWire.Write(granted.Prior),
        };
        BasicWire.Write(granted.Granted, record.Granted);
        BasicWire.Write(granted.Shown, record.Shown);
        record.SitePlanned.Add(granted.SitePlanned.Select(PlannedWire.Write));
        return record;
    }

    public static LeaseGranted Read(LeaseGrantedRecord record) =>
        new(
            new SiteId(record.Site),
            new UserId(record.User),
            record.RequestId,
            record.LeaseId,
            Time(record.Expires),
            record.PolicyVersion,
            PolicyWire.Read(record.Policy),
            PolicyWire.Read(record.SitePolicy),
            (Rung)record.SiteRung,
            BasicWire.Read(record.Granted)
        )
        {
            SiteUntil = record.SiteUntil,
            SiteSince = record.SiteSince,
            Shown = BasicWire.Read(record.Shown),
            Prior = PatternsWire.Read(record.Prior),
            SitePlanned = [.. record.SitePlanned.Select(PlannedWire.Read)],
        };

    public static LeaseGrantedRecord Write(LeaseChanged changed) =>
        new()
        {
            SitePlanned = { changed.SitePlanned.Select(PlannedWire.Write) },
            Site = changed.Site.Value,
            User = changed.User.Value,
            PolicyVersion = changed.PolicyVersion,
            Policy = PolicyWire.Write(changed.Policy),
            SitePolicy = PolicyWire.Write(changed.SitePolicy),
            SiteRung = (int)changed.SiteRung,
            SiteUntil = changed.SiteUntil,
            SiteSince = changed.SiteSince,
            Prior = PatternsWire.Write(changed.Prior),
        };

    public static LeaseChanged ReadChanged(LeaseGrantedRecord record) =>
        new(
            new SiteId(record.Site),
            new UserId(record.User),
            record.PolicyVersion,
            PolicyWire.Read(record.Policy),
            PolicyWire.Read(record.SitePolicy),
            (Rung)record.SiteRung
        )
        {
            SiteUntil = record.SiteUntil,
            SiteSince = record.SiteSince,
            Prior = PatternsWire.Read(record.Prior),
            SitePlanned = [.. record.SitePlanned.Select(PlannedWire.Read)],
        };
}
