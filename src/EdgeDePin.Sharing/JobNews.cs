using EdgeDePin.Model;

namespace EdgeDePin.Sharing;

/// <summary>What becomes of a task that was given to whoever fits, beside its first answer.</summary>
public abstract record JobNews
{
    private JobNews() { }

    /// <summary>A neighbour has taken it.</summary>
    public sealed record Leased(NodeId Worker) : JobNews;

    /// <summary>Who had taken it brought no result; it waits for another neighbour.</summary>
    public sealed record Returned(NodeId Worker) : JobNews;

    /// <summary>It is getting on, as its worker says.</summary>
    /// <param name="Fuel">Burnt so far.</param>
    public sealed record Progress(long Fuel) : JobNews;

    /// <summary>The result that was answered is believed no more: its worker lied elsewhere. The task is run again.</summary>
    public sealed record TakenBack : JobNews;

    /// <summary>The result that holds instead of the one that was taken back.</summary>
    public sealed record Corrected(BorrowOutcome.Accepted Result) : JobNews;

    /// <summary>The result that was answered on trust will not be taken back any more.</summary>
    public sealed record Final : JobNews;

    /// <summary>What was taken back has no other result.</summary>
    public sealed record GivenUp(string Reason) : JobNews;
}
