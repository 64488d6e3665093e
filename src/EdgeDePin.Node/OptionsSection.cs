using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EdgeDePin.Node;

/// <summary>Options from the configuration, checked before the first byte is read.</summary>
public static partial class OptionsSection
{
    /// <exception cref="OptionsException">A value is outside its range, or a key is unknown. The message names section, key and value.</exception>
    [RequiresDynamicCode("Binds by reflection; a native binary reads its sections with NodeSections.")]
    [RequiresUnreferencedCode("Binds by reflection; a native binary reads its sections with NodeSections.")]
    public static T Read<T>(IConfiguration configuration, string section)
        where T : class, new()
    {
        T options = Bound(section, new T(), empty => configuration.GetSection(section).Bind(empty, binder => binder.ErrorOnUnknownConfiguration = true));
        var complaints = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), complaints, validateAllProperties: true))
        {
            ValidationResult first = complaints[0];
            string key = first.MemberNames.FirstOrDefault() ?? "?";
            throw new OptionsException(
                $"Configuration {section}:{key} = '{configuration[$"{section}:{key}"]}': {first.ErrorMessage}");
        }

        return options;
    }

    /// <summary>The same for a type whose binding and checking were generated when this was built.</summary>
    /// <exception cref="OptionsException">See <see cref="Read{T}(IConfiguration,string)"/>.</exception>
    internal static T Read<T>(IConfiguration configuration, string section, Action<IConfigurationSection, T> bind, IValidateOptions<T> checks)
        where T : class, new()
    {
        T options = Bound(section, new T(), empty => bind(configuration.GetSection(section), empty));
        ValidateOptionsResult result = checks.Validate(section, options);
        if (result.Failed)
        {
            // "Name: The field Section.List[0].Name must be …", from the generated check.
            string complaint = result.Failures.First();
            string key = complaint.Split(':')[0], path = $"{section}:{key}";
            if (Place().Match(complaint) is { Success: true } place)
            {
                path = place.Value.Replace("].", ":", StringComparison.Ordinal).Replace('[', ':').Replace('.', ':').TrimEnd(']');
            }

            throw new OptionsException($"Configuration {path} = '{configuration[path]}': {complaint[key.Length..].TrimStart(':', ' ')}");
        }

        return options;
    }

    private static T Bound<T>(string section, T options, Action<T> bind)
    {
        try
        {
            bind(options);
            return options;
        }
        catch (InvalidOperationException error)
        {
            throw new OptionsException(Explained(section, error), error);
        }
    }

    // The binder tells of its types; whoever wrote the file wants to know which key, and what it takes.
    private static string Explained(string section, InvalidOperationException error)
    {
        if (Unconverted().Match(error.Message) is { Success: true } found && ModuleHelp.Takes(found.Groups["path"].Value) is { } takes)
        {
            return $"Configuration {found.Groups["path"].Value} = '{found.Groups["value"].Value}': it takes {takes}.";
        }

        return Unknown().Match(error.Message) is { Success: true } unknown
            ? $"Configuration section '{section}': there is no key {unknown.Groups["keys"].Value}; docs/settings.md has those that there are, and so has --help of a module."
            : $"Configuration section '{section}': {error.Message} {error.InnerException?.Message}".TrimEnd();
    }

    [GeneratedRegex(@"\b\w+(\[\d+\])?(\.\w+(\[\d+\])?)+")]
    private static partial Regex Place();

    [GeneratedRegex(@"value '(?<value>[^']*)' at '(?<path>[^']+)'")]
    private static partial Regex Unconverted();

    [GeneratedRegex(@"were not found on the instance of \S+: (?<keys>'[^']+'(, '[^']+')*)$")]
    private static partial Regex Unknown();
}

/// <summary>The configuration is wrong. The message is one line for the person who wrote it.</summary>
public sealed class OptionsException(string message, Exception? cause = null) : Exception(message, cause);
