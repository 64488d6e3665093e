using EdgeDePin.Execution;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Sharing.Policy;

/// <summary>Whether a task may run at a worker: both sides ask, each from what it knows. A refusal is a sentence for people.</summary>
internal static class Placement
{
    /// <summary>The requester's side: may the data go there, and does the offer fit? Null where it may.</summary>
    public static string? WhyNotThere(Member self, Member worker, Message.Offer offer, TaskKind kind, TaskPolicy policy, long maxPrice) =>
        WhyNotClass(policy.Class, self, worker)
        ?? (!worker.Roles.HasFlag(MemberRoles.Worker) ? "its certificate does not make it a worker"
        : !Within(worker.Region, policy.Region) ? $"it stands in '{worker.Region}', not in '{policy.Region}'"
        : offer.KeepsFor > policy.Retention ? $"it keeps data for {offer.KeepsFor}, longer than {policy.Retention}"
        : !Serves(offer.Purposes, policy.Purpose) ? $"it does not work for '{policy.Purpose}'"
        : !offer.Kinds.Contains(kind) ? $"it does not run {kind}"
        : offer.Price > maxPrice ? $"it asks {offer.Price} for a million fuel, more than {maxPrice}"
        : null);

    /// <summary>The worker's side. Null where it takes the task.</summary>
    public static DeclineReason? WhyNotHere(Member self, Member requester, Message.Offer own, Message.Request request) =>
        !requester.Roles.HasFlag(MemberRoles.Requester) ? DeclineReason.Unwelcome
        : !own.Kinds.Contains(request.Kind) ? DeclineReason.UnknownKind
        : WhyNotClass(request.Policy.Class, requester, self) is not null || !Within(self.Region, request.Policy.Region)
            || own.KeepsFor > request.Policy.Retention || !Serves(own.Purposes, request.Policy.Purpose) ? DeclineReason.Policy
        : null;

    /// <summary>Whether data of a class may go from one to the other.</summary>
    public static bool MaySee(DataClass dataClass, Member from, Member to) => WhyNotClass(dataClass, from, to) is null;

    /// <summary><c>eu/fr/lyon</c> is within <c>eu</c> and within <c>eu/fr</c>; everywhere is within ''.</summary>
    internal static bool Within(string region, string demanded) =>
        demanded.Length == 0 || region == demanded || region.StartsWith(demanded + "/", StringComparison.Ordinal);

    private static string? WhyNotClass(DataClass dataClass, Member requester, Member worker) => dataClass switch
    {
        DataClass.Public => null,
        DataClass.Site => requester.Certified && worker.Certified ? null : "site data needs a certificate of the site",
        DataClass.Owner => requester.Certified && worker.Certified && requester.Owner == worker.Owner
            ? null : $"the data of '{requester.Owner}' stays with its owner",
        _ => "local-only data never leaves",
    };

    private static bool Serves(IReadOnlyList<string> purposes, string purpose) => purposes.Count == 0 || purposes.Contains(purpose);
}
