using System.Net;

namespace EdgeDePin.Storage.Forwarding;

/// <summary>What an answer to <c>POST /write</c> means for the points that were sent.</summary>
internal abstract record InfluxAnswer
{
    private InfluxAnswer()
    {
    }

    public sealed record Accepted : InfluxAnswer;

    /// <summary>At least one point can never be taken. 1.x may have kept the others, 2.x none: sending those again changes nothing.</summary>
    public sealed record BadPoints(string Reason) : InfluxAnswer;

    public sealed record TooLarge : InfluxAnswer;

    public sealed record NoDatabase(string Reason) : InfluxAnswer;

    public sealed record NotAllowed(string Reason) : InfluxAnswer;

    /// <param name="After">What the server asks us to wait; null when it does not say.</param>
    public sealed record TryLater(string Reason, TimeSpan? After = null) : InfluxAnswer;

    /// <summary>By status and body; the same for 1.x, 2.x and 3.x.</summary>
    public static InfluxAnswer Of(HttpStatusCode status, string body, TimeSpan? retryAfter)
    {
        string reason = $"{(int)status} {body.ReplaceLineEndings(" ").Trim()}".Trim();
        return status switch
        {
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new Accepted(),
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => new BadPoints(reason),
            HttpStatusCode.RequestEntityTooLarge => new TooLarge(),
            HttpStatusCode.NotFound => new NoDatabase(reason),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new NotAllowed(reason),
            _ => new TryLater(reason, retryAfter),
        };
    }
}
