using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace EdgeDePin.Node;

/// <summary>Options from the configuration, checked before the first byte is read.</summary>
public static class OptionsSection
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
            // "Name: The field …", from the generated check.
            string complaint = result.Failures.First();
            string key = complaint.Split(':')[0];
            throw new OptionsException($"Configuration {section}:{key} = '{configuration[$"{section}:{key}"]}': {complaint[key.Length..].TrimStart(':', ' ')}");
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
            throw new OptionsException($"Configuration section '{section}': {error.Message} {error.InnerException?.Message}".TrimEnd(), error);
        }
    }
}

/// <summary>The configuration is wrong. The message is one line for the person who wrote it.</summary>
public sealed class OptionsException(string message, Exception? cause = null) : Exception(message, cause);
