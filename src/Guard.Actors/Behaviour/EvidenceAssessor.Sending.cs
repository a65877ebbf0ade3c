using Guard.Messages.Decisions;
using Guard.Messages.Observations;

namespace Guard.Actors.Behaviour;

/// <summary>What an account sends.</summary>
public static partial class EvidenceAssessor
{
    private sealed partial class Assessment
    {
        public void SendingRate(Baseline baseline, Submission submission)
        {
            if (expectation.Amount)
            {
                _trust = NetworkTrust.Proven;
                return;
            }
            var mails = baseline.Mails.Surprise(second, 1, EvidenceScale.MailPriors);
            var recipients = baseline.Recipients.Surprise(second, submission.Recipients, EvidenceScale.RecipientPriors);
            var perHour = baseline.Recipients.Amount(1, second) + submission.Recipients;
            var perMinute = baseline.Mails.Amount(0, second) + 1;
            var bulk = EvidenceScale.BulkMargin * baseline.Bulk.At(_day);
            var already = baseline.Unproven.InHour(second) + 1;
            var trust = _trust = Trust(baseline, baseline.Bulk.At(_day) >= EvidenceScale.BulkLeast && perHour <= bulk);
            var (factor, most) = trust switch
            {
                >= NetworkTrust.Settled when !SendsLists(baseline) && baseline.Mails.Amount(1, second) + 1 >= EvidenceScale.RushMails => (
                    1,
                    EvidenceScale.MaxForRush
                ),
                NetworkTrust.Proven or NetworkTrust.Settled => (EvidenceScale.FamiliarRateFactor, EvidenceScale.MaxForFamiliarRate),
                // One message, however many it goes to, is no burst: quotas count its recipients, evidence grows with each further one.
                NetworkTrust.Near => (
                    1,
                    Math.Min(_read ? EvidenceScale.MaxForReadRate : EvidenceScale.MaxForNearRate, EvidenceScale.EachUnprovenMail * already)
                ),
                _ => (1, Math.Min(_read ? EvidenceScale.MaxForReadRate : EvidenceScale.MaxForRate, EvidenceScale.EachUnprovenMail * already)),
            };
            if (trust != NetworkTrust.Proven)
                mails = Unexpected(baseline, mails);
            // A few mails to groups are no burst: what the number of mails does not say, recipients say only in numbers.
            recipients = recipients with
            {
                Bits = Math.Min(
                    recipients.Bits,
                    mails.Bits
                        + EvidenceScale.GroupMail
                        + EvidenceScale.GroupPerDoubling * Math.Log2(Math.Max(1, recipients.Amount / EvidenceScale.GroupRecipients))
                ),
            };
            var excess = Math.Max(
                perHour / Math.Max(EvidenceScale.GrossRecipientsPerHour, bulk),
                perMinute / Math.Max(EvidenceScale.GrossMailsPerMinute, bulk / 15)
            );
            if (trust < NetworkTrust.Settled)
            {
                _gross |=
                    (excess > 1 && (_new || excess > EvidenceScale.GrossAtOnce)) || (_new && already >= EvidenceScale.GrossUnprovenMails * Settling(baseline));
                if (excess > 1 && already > EvidenceScale.FewMails)
                    recipients = recipients with
                    {
                        Bits = Math.Max(recipients.Bits, EvidenceScale.GrossBits + EvidenceScale.GrossBitsPerDoubling * Math.Log2(excess)),
                        Scale = 1,
                        Amount = perHour,
                        Usual = baseline.Recipients.Usual(1, EvidenceScale.RecipientPriors[1]),
                    };
            }
            // A single message to many says less than many messages: invitations are sent from hotels.
            recipients = recipients with
            {
                Bits = Math.Min(
                    recipients.Bits,
                    Math.Max(EvidenceScale.GroupMail, EvidenceScale.EachUnprovenMail * (already - 1) * (trust < NetworkTrust.Settled ? 1 : 100))
                ),
            };
            _rateBits = Math.Min(most, Math.Max(mails.Bits, recipients.Bits) * factor);
            if (mails.Bits >= recipients.Bits)
                Add(ReasonCodes.MailRate, mails.Amount, mails.Usual, Math.Min(most, mails.Bits * factor), RateHistory.ScaleName(mails.Scale));
            else
                Add(
                    ReasonCodes.RecipientRate,
                    recipients.Amount,
                    recipients.Usual,
                    Math.Min(most, recipients.Bits * factor),
                    RateHistory.ScaleName(recipients.Scale)
                );
        }

        /// <summary>One mail to far more recipients than any that was sent in peace.</summary>
        public void LargeMail(Baseline baseline, Submission submission)
        {
            var usual = baseline.LargestMail.At(_day);
            var from = Math.Max(EvidenceScale.LargeMailFrom, EvidenceScale.LargeMailTimes * usual);
            if (expectation.Amount || submission.Recipients <= from)
                return;
            var doublings = Math.Log2(submission.Recipients / from);
            var bits = _trust switch
            {
                NetworkTrust.Proven or NetworkTrust.Settled => Math.Min(EvidenceScale.MaxForLargeMailAtHome, EvidenceScale.LargeMail + 2 * doublings),
                NetworkTrust.Near => Math.Min(EvidenceScale.MaxForLargeMailNear, EvidenceScale.LargeMail + 2 + 2 * doublings),
                _ => Math.Min(EvidenceScale.MaxForLargeMail, EvidenceScale.LargeMail + 6 + 4 * doublings),
            };
            _large = true;
            _gross |= _new && _trust == NetworkTrust.Strange;
            Add(ReasonCodes.LargeMail, submission.Recipients, usual, bits);
        }

        /// <summary>Far more people than ever on a day to whom the account never wrote: lists are bought, correspondents are not.</summary>
        public void FreshRecipients(Baseline baseline)
        {
            if (expectation.Amount)
                return;
            var (fresh, all) = baseline.Fresh.On(_day);
            // Nobody refuses them, and they go out at leisure: month-end invoices are no bought list.
            var isSlow = _trust >= NetworkTrust.Settled && !_unwanted && baseline.Mails.Amount(1, second) + 1 < EvidenceScale.FreshMailsAnHour;
            var from = isSlow ? EvidenceScale.FreshFromWhileWanted : EvidenceScale.FreshFrom;
            var usual = Math.Max(from, EvidenceScale.FreshTimes * baseline.Fresh.Usual(_day));
            if (fresh <= usual || fresh < EvidenceScale.FreshShare * all)
                return;
            // A first circular goes out in a few mails to many each; only what receivers make of it, or an odd sender, tells it from a bought list.
            var circular = baseline.Recipients.Amount(2, second) >= EvidenceScale.CircularRecipients * Math.Max(1, baseline.Mails.Amount(2, second));
            // In the owner's country, where the mailbox was opened: bots send without looking.
            var isOwners = _trust >= NetworkTrust.Settled || (!_abroad && (_read || (circular && _trust == NetworkTrust.Near)));
            _wanted = isOwners && (circular || (SendsLists(baseline) && baseline.Fresh.ShareAtOneGo(_day) >= EvidenceScale.ListShare)) && IsTaken(baseline);
            var most = (_trust < NetworkTrust.Settled, circular && !_unwanted) switch
            {
                (true, true) => EvidenceScale.MaxForFreshWanted,
                (true, false) => EvidenceScale.MaxForFresh,
                (false, true) => EvidenceScale.MaxForCircular,
                _ => EvidenceScale.MaxForFreshAtHome,
            };
            Add(ReasonCodes.FreshRecipients, fresh, baseline.Fresh.Usual(_day), Math.Min(most, EvidenceScale.FreshPerDoubling * Math.Log2(fresh / usual)));
        }

        /// <summary>A list went out before and was the owner's. A first one looks like a bot's.</summary>
        private bool SendsLists(Baseline baseline) =>
            baseline.Bulk.AtAfter(_day, EvidenceScale.ListQuietDays) >= EvidenceScale.ListSent || baseline.Fresh.Usual(_day) >= EvidenceScale.ListSent;

        /// <summary>Receivers' servers have answered, and hardly any refused.</summary>
        private bool IsTaken(Baseline baseline)
        {
            var answered = baseline.FailedRecipients.Known(second);
            var refused = baseline.FailedRecipients.Failed(second) + baseline.SpamRefusals.Failed(second);
            return answered >= EvidenceScale.WantedFrom && refused <= EvidenceScale.WantedRefusals + EvidenceScale.WantedRefusedShare * answered;
        }

        public void NewSender(Baseline baseline, Submission submission)
        {
            if (submission.Sender == 0 || baseline.Senders.Entries.Length == 0 || baseline.Senders.Weight(submission.Sender, _day) > 0)
                return;
            _unwanted = true;
            Add(ReasonCodes.NewSender, 1, baseline.Senders.Entries.Length, EvidenceScale.NewSender);
        }

        public void SpamRefusals(Baseline baseline)
        {
            var (bits, share, usual) = baseline.SpamRefusals.Surprise(second, EvidenceScale.SpamRefusalPrior);
            var (ofUnknown, shareOfUnknown, _) = baseline.FailedRecipients.Surprise(second);
            _unwanted |=
                bits >= EvidenceScale.UnwantedBits || (bits + ofUnknown >= EvidenceScale.UnwantedBits && share + shareOfUnknown >= EvidenceScale.UnwantedShare);
            Add(ReasonCodes.SpamRefusals, share, usual, Math.Min(EvidenceScale.MaxForSpamRefusals, bits));
        }

        /// <summary>In an account's first days everything is new.</summary>
        private double Settling(Baseline baseline) => baseline.DaysKnown(_day) < EvidenceScale.SettlingDays ? EvidenceScale.GrossWhileSettling : 1;

        private NetworkTrust Trust(Baseline baseline, bool usualForBulk)
        {
            var read = _read = baseline.Probation.IsRead(_narrow);
            if (_strange && !_expected)
                return usualForBulk && read && _quietHours >= EvidenceScale.SettledAbroadHours ? NetworkTrust.Settled : NetworkTrust.Strange;
            if (!_unproven || (usualForBulk && read))
                return NetworkTrust.Proven;
            return read && _quietHours >= EvidenceScale.SettledHours ? NetworkTrust.Settled : NetworkTrust.Near;
        }

        /// <summary>From a network that is not yet the owner's, even somewhat more than their usual amount is much.</summary>
        private RateSurprise Unexpected(Baseline baseline, RateSurprise mails)
        {
            var usualHour = baseline.Mails.Usual(1, EvidenceScale.MailPriors[1]);
            var usualDay = baseline.Mails.Usual(2, EvidenceScale.MailPriors[2]);
            var (inHour, inDay) = (baseline.Unproven.InHour(second) + 1, baseline.Unproven.InDay(second) + 1);
            var hour = new RateSurprise(UnprovenSending.Surprise(inHour, EvidenceScale.UnprovenShare * usualHour + 1), 1, inHour, usualHour);
            var day = new RateSurprise(UnprovenSending.Surprise(inDay, EvidenceScale.UnprovenShare * usualDay + 3), 2, inDay, usualDay);
            var most = hour.Bits >= day.Bits ? hour : day;
            // Who writes by hand sends one now and then.
            var inMinutes = baseline.Unproven.InMinutes(second) + 1;
            var expected = EvidenceScale.UnprovenInMinutes + usualHour * EvidenceScale.UnprovenMinutesShare;
            if (UnprovenSending.Surprise(inMinutes, expected) is var bits && bits > most.Bits)
                most = new RateSurprise(bits, 0, inMinutes, expected);
            return most.Bits > mails.Bits ? most : mails;
        }

        /// <summary>Owners' programs open the mailbox where they send; stolen passwords are used to send.</summary>
        public void SendsUnread(Baseline baseline, Submission submission)
        {
            if (_trust >= NetworkTrust.Settled || baseline.Probation.IsRead(_narrow))
                return;
            var mails = baseline.Probation.UnreadWithinDay((int)(second / 3600)) + (submission.Further ? 0 : 1);
            var days = baseline.UnreadDays.WeightBefore(Baseline.AnyDay, _day);
            var rarity = -Math.Log2((days + EvidenceScale.UnreadPriorDays) / (baseline.DaysKnown(_day) + 1));
            var bits = Math.Min(Math.Min(EvidenceScale.MaxForUnread, rarity), UnprovenSending.Surprise(mails, EvidenceScale.UnreadPrior));
            if (!_strange && IsToKnown(baseline))
                bits *= EvidenceScale.UnreadToKnown;
            // On its first day an account's very first line is its own: a web application that only sends.
            _gross |=
                _unproven
                && bits >= EvidenceScale.GrossUnread
                && (
                    baseline.DaysKnown(_day) >= EvidenceScale.SettlingDays
                        ? _rateBits >= EvidenceScale.GrossUnread
                        : _rateBits >= EvidenceScale.GrossUnreadAtOnce && !baseline.NarrowNetworks.IsFirst(_narrow)
                );
            // Nobody sends from two strange countries within an hour, or from one that the admin suspects, without ever looking into the mailbox.
            _decisive |= (_countries >= 2 || _suspicious) && bits >= EvidenceScale.GrossUnread;
            Add(ReasonCodes.SendsUnread, mails, days, bits);
        }

        /// <summary>Most of today's recipients were written to before.</summary>
        private bool IsToKnown(Baseline baseline)
        {
            var (fresh, all) = baseline.Fresh.On(_day);
            return all >= EvidenceScale.UnreadKnownFrom && fresh <= EvidenceScale.UnreadStrangersBesides + EvidenceScale.UnreadStrangers * all;
        }

        /// <summary>Little by itself: who travels may send before they read. Of several accounts of a site at once it is one thief's turn.</summary>
        public void StrangeMail(Baseline baseline, Submission submission) =>
            _strangeMail =
                !submission.Further
                && _strange
                && _abroad
                && !_expected
                && baseline.DaysKnown(_day) >= EvidenceScale.SettlingDays
                && baseline.Probation.IsUnused(_narrow);

        public void FailedRecipients(Baseline baseline)
        {
            var (bits, share, usual) = baseline.FailedRecipients.Surprise(second);
            _decisive |= bits >= EvidenceScale.DecisiveFailedRecipients;
            var isBought =
                share >= EvidenceScale.BoughtListShare
                && bits >= EvidenceScale.BoughtListBits
                && share * baseline.FailedRecipients.Known(second) >= EvidenceScale.BoughtListUnknown;
            _unwanted |= bits >= EvidenceScale.UnwantedBits && share >= EvidenceScale.UnwantedShare;
            Add(ReasonCodes.FailedRecipients, share, usual, Math.Min(isBought ? EvidenceScale.MaxForBoughtList : EvidenceScale.MaxForFailedRecipients, bits));
        }
    }
}
