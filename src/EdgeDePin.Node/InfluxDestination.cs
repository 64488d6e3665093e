using System.ComponentModel.DataAnnotations;
using EdgeDePin.Storage.Forwarding;

namespace EdgeDePin.Node;

/// <summary>A server that the store is replicated to: InfluxDB 1.x, 2.x or 3.x, or VictoriaMetrics. Which one, it says itself.</summary>
public sealed class InfluxDestination : IValidatableObject
{
    /// <summary>A name for people; tag <c>destination</c> of the forwarder's own points. Default: host, port and database.</summary>
    [RegularExpression("[A-Za-z0-9._:/-]{1,64}")]
    public string? Name { get; set; }

    /// <summary>Base address such as <c>http://127.0.0.1:8086</c>.</summary>
    [Required]
    public Uri? Url { get; set; }

    /// <summary>Database; made if it is missing and the server allows it. Default <c>edgedepin</c>.</summary>
    [Required]
    public string Database { get; set; } = "edgedepin";

    /// <summary>Bucket of InfluxDB 2, where it has no mapping for <see cref="Database"/>. Default none.</summary>
    public string? Bucket { get; set; }

    /// <summary>Organisation that owns the bucket. Default none.</summary>
    public string? Organization { get; set; }

    /// <summary>Token of InfluxDB 2 or 3. Default none.</summary>
    public string? Token { get; set; }

    /// <summary>User of InfluxDB 1. Default none.</summary>
    public string? User { get; set; }

    /// <summary>The user's password.</summary>
    public string? Password { get; set; }

    /// <summary>Measurements to send. Default none: all of them.</summary>
    public IList<string> Measurements { get; set; } = [];

    /// <summary>Measurements not to send. Default none.</summary>
    public IList<string> ExceptMeasurements { get; set; } = [];

    /// <summary>One point per series and so many seconds instead of every point. Default 0: every point; at most a day.</summary>
    [Range(0, 86_400)]
    public double DownsampleSeconds { get; set; }

    /// <summary>What an old backlog may take, in points per second. Default 50,000; 0 is without limit.</summary>
    [Range(0, 10_000_000)]
    public int BacklogPointsPerSecond { get; set; } = 50_000;

    /// <summary>At most so many points in one request. Default 5,000; 1 to 50,000.</summary>
    [Range(1, 50_000)]
    public int BatchSize { get; set; } = 5_000;

    /// <summary>
    /// The name of the cursor. It holds everything that decides what arrives: another server, database, filter or period
    /// begins from the first point.
    /// </summary>
    public string CursorName
    {
        get
        {
            var name = new System.Text.StringBuilder($"{Url?.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{Bucket ?? Database}");
            name.Append(Measurements.Count == 0 ? "" : $"?only={string.Join(',', Measurements.Order(StringComparer.Ordinal))}");
            name.Append(ExceptMeasurements.Count == 0 ? "" : $"?except={string.Join(',', ExceptMeasurements.Order(StringComparer.Ordinal))}");
            name.Append(DownsampleSeconds == 0 ? "" : $"?every={DownsampleSeconds}s");
            return name.ToString();
        }
    }

    /// <summary>The name for people.</summary>
    public string Title => Name ?? $"{Url?.Authority}/{Bucket ?? Database}";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is { Scheme: not ("http" or "https") })
        {
            yield return new ValidationResult("write an address that begins with http:// or https://.", [nameof(Url)]);
        }

        if (Token is not null && User is not null)
        {
            yield return new ValidationResult("give a token (InfluxDB 2 and 3) or a user (InfluxDB 1), not both.", [nameof(Token)]);
        }
    }

    public ForwarderOptions ToForwarder() => new()
    {
        Name = CursorName,
        Url = Url,
        Database = Database,
        Bucket = Bucket,
        Organization = Organization,
        Token = Token,
        User = User,
        Password = Password,
        Measurements = [.. Measurements],
        ExceptMeasurements = [.. ExceptMeasurements],
        Downsample = TimeSpan.FromSeconds(DownsampleSeconds),
        BacklogPointsPerSecond = BacklogPointsPerSecond,
        BatchSize = BatchSize,
    };
}
