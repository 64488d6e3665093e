namespace EdgeDePin.Sharing.Verification;

/// <summary>
/// Bugs that are planted on purpose, one at a time, to show that the simulation finds them. They can be switched on by tests and
/// by the simulation only, and no option of a node reaches them.
/// </summary>
internal enum PlantedBug
{
    None,

    /// <summary>A receipt that comes again is paid again.</summary>
    DoublePay,

    /// <summary>A receipt after the end of its lease is accepted.</summary>
    AcceptAfterExpiry,

    /// <summary>A verdict is sent before the debit it speaks of is durable.</summary>
    VerdictBeforeDebit,

    /// <summary>Sequence numbers begin again after a restart.</summary>
    SequenceReuse,

    /// <summary>A lease that runs out is forgotten, and its task with it.</summary>
    LostLease,

    /// <summary>A result that was drawn for a check is accepted without.</summary>
    UnverifiedAccept,

    /// <summary>The data class of a task is ignored when it is placed.</summary>
    LeakedClass,
}
