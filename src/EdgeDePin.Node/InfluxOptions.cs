using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Node;

/// <summary>
/// The servers that the store is replicated to. Section <c>Influx</c> of the configuration: either one server in its short
/// form, <c>Url</c> and <c>Database</c>, or any number of <c>Destinations</c>, or both.
/// </summary>
public sealed class InfluxOptions : IValidatableObject
{
    /// <summary>Base address such as <c>http://127.0.0.1:8086</c>. Default none.</summary>
    public Uri? Url { get; set; }

    /// <summary>Database; made if it is missing and the server allows it. Default <c>edgedepin</c>.</summary>
    [Required]
    public string Database { get; set; } = "edgedepin";

    /// <summary>Each with a cursor of its own: one that is down does not delay the others. Default none; at most 16.</summary>
    public IList<InfluxDestination> Destinations { get; set; } = [];

    /// <summary>The short form and the list as one.</summary>
    public IEnumerable<InfluxDestination> All() =>
        (Url is null ? [] : new[] { new InfluxDestination { Url = Url, Database = Database } }).Concat(Destinations);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Destinations.Count > 16)
        {
            yield return new ValidationResult($"{Destinations.Count} destinations are more than 16.", [nameof(Destinations)]);
        }

        for (int at = 0; at < Destinations.Count; at++)
        {
            var complaints = new List<ValidationResult>();
            Validator.TryValidateObject(Destinations[at], new ValidationContext(Destinations[at]), complaints, validateAllProperties: true);
            foreach (ValidationResult complaint in complaints)
            {
                yield return new ValidationResult(
                    complaint.ErrorMessage, [.. complaint.MemberNames.Select(name => $"{nameof(Destinations)}:{at}:{name}")]);
            }
        }

        string[] twice = [.. All().Where(one => one.Url is not null).GroupBy(one => one.CursorName, StringComparer.Ordinal)
            .Where(group => group.Count() > 1).Select(group => group.Key)];
        if (twice.Length > 0)
        {
            yield return new ValidationResult(
                $"two destinations are the same, {twice[0]}: give one of them another database, filter or period.", [nameof(Destinations)]);
        }
    }
}
