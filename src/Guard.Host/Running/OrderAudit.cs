using Guard.Host.ConsoleModel.Contracts;
using Guard.Host.Intake.DovecotAuthPolicy;

namespace Guard.Host.Running;

/// <summary>Writes what weakforced's calls ordered into the audit.</summary>
internal static class OrderAudit
{
    /// <summary>Null where there is no audit.</summary>
    public static Func<AuthPolicyOrder, CancellationToken, Task>? Of(IAuditLog? audit) =>
        audit is null
            ? null
            : (order, cancel) =>
                audit.WriteAsync(
                    new AuditDraft(order.Who, "auth policy", $"list.{order.Command}", null, order.Subject, "by a call of weakforced's kind"),
                    cancel
                );
}
