using System.Collections.Frozen;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing;

/// <summary>What sharing came to since the start.</summary>
/// <param name="Lent">Tasks of neighbours that were run here to their end.</param>
/// <param name="Borrowed">Results of neighbours that were accepted.</param>
/// <param name="Verified">Those of them that were run again here with the same output.</param>
/// <param name="Rejected">Results that were wrong.</param>
/// <param name="Lost">Tasks whose worker fell silent, left, or took too long.</param>
/// <param name="Declined">Tasks that neighbours did not want to run.</param>
/// <param name="Balance">What others owe this node less what it owes them, in millicredits.</param>
/// <param name="Refused">Envelopes that were not opened and messages that were not believed, by reason.</param>
public sealed record SharingCounters(
    long Lent, long Borrowed, long Verified, long Rejected, long Lost, long Declined, long Balance,
    FrozenDictionary<Refusal, long> Refused)
{
    /// <summary>Workers whose newest voucher is not in their log yet, as far as this node knows.</summary>
    public int Unbooked { get; init; }
}
