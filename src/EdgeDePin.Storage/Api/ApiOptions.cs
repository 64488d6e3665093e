using System.ComponentModel.DataAnnotations;

namespace EdgeDePin.Storage;

/// <summary>Who may use the Influx API of a node, and how much at once.</summary>
public sealed class ApiOptions : IValidatableObject
{
    /// <summary>Default none: everybody on this device may read and write, and nobody else may do either.</summary>
    public IList<ApiUser> Users { get; } = [];

    /// <summary>
    /// Where programs of other devices reach the API, e.g. <c>http://0.0.0.0:8086</c>. Default none: only this device. It needs
    /// <see cref="Users"/>.
    /// </summary>
    public Uri? Listen { get; set; }

    /// <summary>Whether the pages are shown at <see cref="Listen"/> too, to users who may read. Default no: on this device only.</summary>
    public bool Pages { get; set; }

    /// <summary>Bytes of a request body as sent. Default 25,000,000, as InfluxDB 1.x; more is answered with 413.</summary>
    [Range(1_000, 1_000_000_000)]
    public int MaxBodyBytes { get; set; } = 25_000_000;

    /// <summary>Bytes of a request body after gzip. Default 64,000,000; more is answered with 413, so no small body can fill the memory.</summary>
    [Range(1_000, 1_000_000_000)]
    public int MaxInflatedBytes { get; set; } = 64_000_000;

    /// <summary>Writes that may be under way at once. Default 8; further ones are told to come again.</summary>
    [Range(1, 1_000)]
    public int MaxWrites { get; set; } = 8;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Problem() is { } problem ? [new ValidationResult(problem, [nameof(Users)])] : [];

    /// <summary>What is wrong with the users, in one line; null when nothing is.</summary>
    public string? Problem()
    {
        if (Listen is not null && Users.Count == 0)
        {
            return $"The API would listen on {Listen} for everybody; add a user to Api:Users, or leave Api:Listen out.";
        }

        if (Pages && (Listen is null || !Users.Any(user => user.Read)))
        {
            return "Api:Pages shows the pages to other devices; it needs an address in Api:Listen and a user in Api:Users with Read.";
        }

        foreach (ApiUser user in Users)
        {
            string who = user.Name.Length > 0 ? $"API user '{user.Name}'" : "An API user without name";
            if (user.Name.Length == 0 && user.Token.Length == 0)
            {
                return $"{who} has no token either; give a Name and a Password, or a Token.";
            }

            if (user.Name.Length > 0 && user.Password.Length < 8 && user.Token.Length == 0)
            {
                return $"{who} has a password of {user.Password.Length} characters; give at least 8.";
            }

            if (user.Token.Length is > 0 and < 16)
            {
                return $"{who} has a token of {user.Token.Length} characters; give at least 16.";
            }
        }

        return null;
    }
}
