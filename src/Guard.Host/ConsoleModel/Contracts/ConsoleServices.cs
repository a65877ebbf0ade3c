namespace Guard.Host.ConsoleModel.Contracts;

/// <summary>Everything that pages and API ask.</summary>
internal sealed record ConsoleServices(
    IAccountDirectory Accounts,
    IAccountActs Acts,
    ILiveView Live,
    ISiteDirectory Sites,
    IBlocksAndLocks Blocks,
    IPolicyEditor Policies,
    IWhatIf WhatIf,
    IListImport Lists,
    IAuditLog Audit,
    IGuardSummary Summary,
    IAddressDirectory Addresses,
    IPlannedExceptions Planned,
    IHeldMail Held,
    IAttackFollowUp FollowUp,
    IPendingWork Work
);
