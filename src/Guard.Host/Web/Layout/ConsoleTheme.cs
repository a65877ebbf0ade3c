using MudBlazor;

namespace Guard.Host.Web.Layout;

/// <summary>Colours and letters for MudBlazor's parts; console.css says the same for the console's own.</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Letters = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif"];

    public static MudTheme Theme { get; } =
        new()
        {
            PaletteLight = new PaletteLight
            {
                Primary = "#0b5c9e",
                Secondary = "#5b4b8a",
                Error = "#b3261e",
                Warning = "#8a5300",
                Success = "#1b6b3a",
                Info = "#0b5c9e",
                Background = "#f4f6f8",
                Surface = "#ffffff",
                TextPrimary = "#16202b",
                TextSecondary = "#465462",
                ActionDefault = "#465462",
            },
            PaletteDark = new PaletteDark
            {
                Primary = "#7fbdf2",
                Secondary = "#c3b4f0",
                Error = "#ffb4ab",
                Warning = "#f5c26b",
                Success = "#7fd6a2",
                Info = "#7fbdf2",
                PrimaryContrastText = "#06263f",
                ErrorContrastText = "#410e0b",
                WarningContrastText = "#2b1d00",
                SuccessContrastText = "#00210f",
                InfoContrastText = "#06263f",
                Background = "#11171d",
                Surface = "#1a222b",
                TextPrimary = "#e6ebf0",
                TextSecondary = "#b3bfca",
                ActionDefault = "#b3bfca",
            },
            Typography = new Typography
            {
                Default = new DefaultTypography { FontFamily = Letters },
                Button = new ButtonTypography { TextTransform = "none", FontFamily = Letters },
            },
            LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        };
}
